import { ScanDecoders } from '../../decoding/index.ts';
import type { FramedImage } from '../../images/index.ts';
import type { EngineProcess } from '../engineChild.ts';
import { EngineWorker } from '../engineWorker.ts';
import type { EngineItem, EngineOptions } from '../types.ts';
import type { Detection } from './detections.ts';
import { checkDetectorFile, FRAME } from './detectorFile.ts';
import { searchOf } from './searchOf.ts';
import type { FaceSearch } from './types.ts';

/** A face detector in a process of its own. */
export interface FaceFinder {
  readonly batchSize: number;
  /**
   * Searches for faces; results in the order of `items`. An image that cannot be decoded, or that kills the
   * process, is a result with its problem.
   * @throws AppError `engine-failed` if the process cannot be kept alive, `interrupted` after close()
   */
  find(items: EngineItem[]): Promise<FaceSearch[]>;
  /** Ends the process at once. */
  close(): Promise<void>;
}

interface FaceFinderOptions extends EngineProcess {
  detectorPath: string;
  threads?: number | undefined;
  decoding?: EngineOptions['decoding'];
}

const BATCH_SIZE = 16;

/** @throws AppError `model-missing`, `model-invalid` for the detector's file, `engine-failed` */
export async function startFaceFinder(options: FaceFinderOptions): Promise<FaceFinder> {
  const { detectorPath, threads = null } = options;
  await checkDetectorFile(detectorPath);
  const decoders = new ScanDecoders({ startProcess: options.startProcess, ...options.decoding });
  const worker = new EngineWorker<FramedImage, Detection[]>({
    start: { kind: 'start-faces', detectorPath, threads },
    process: options,
    request: (key, frames) => ({ kind: 'find-faces', key, frames }),
    outcomesOf: (reply) => (reply.kind === 'faces' ? reply.results : []),
  });
  const close = async () => {
    decoders.close();
    await worker.close();
  };
  try {
    await worker.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    batchSize: BATCH_SIZE,
    find: async (items) => {
      const prepared = await decoders.frameImages(items, FRAME);
      const found = await worker.run(prepared.flatMap((image) => (image.ok ? [image.frame] : [])));
      let next = 0;
      return prepared.map((image, index) => {
        const { id } = items[index] as EngineItem;
        return searchOf(id, image, image.ok ? found[next++] : undefined);
      });
    },
    close,
  };
}
