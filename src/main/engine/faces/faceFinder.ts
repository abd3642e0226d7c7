import type { EngineProcess } from '../engineChild.ts';
import { EngineWorker } from '../engineWorker.ts';
import type { EngineItem } from '../types.ts';
import { checkDetectorFile } from './detectorFile.ts';
import type { FaceSearch } from './types.ts';

/** A face detector in a process of its own. */
export interface FaceFinder {
  readonly batchSize: number;
  /**
   * Looks for faces; results in the order of `items`. An image that cannot be read, or that kills the process, is
   * a result with its problem.
   * @throws AppError `engine-failed` where the process cannot be kept alive, `interrupted` after close()
   */
  find(items: EngineItem[]): Promise<FaceSearch[]>;
  /** See Engine.setPriority. */
  setPriority(low: boolean): void;
  /** Ends the process at once. */
  close(): Promise<void>;
}

export interface FaceFinderOptions extends EngineProcess {
  detectorPath: string;
  threads?: number | undefined;
}

const BATCH_SIZE = 16;

/** @throws AppError `model-missing`, `model-invalid` for the detector's file, `engine-failed` */
export async function startFaceFinder(options: FaceFinderOptions): Promise<FaceFinder> {
  const { detectorPath, threads = null } = options;
  await checkDetectorFile(detectorPath);
  const worker = new EngineWorker<FaceSearch>(
    { kind: 'start-faces', detectorPath, threads },
    options,
    (reply) => (reply.kind === 'faces' ? reply.results : []),
  );
  await worker.start();
  return {
    batchSize: BATCH_SIZE,
    find: (items) => worker.run(items),
    setPriority: (low) => worker.setPriority(low),
    close: () => worker.close(),
  };
}
