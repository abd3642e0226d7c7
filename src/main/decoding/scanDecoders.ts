import { availableParallelism } from 'node:os';
import type { Framing } from '../../domain/framing/framing.ts';
import type { DatasetPlace, ImageRegion } from '../../domain/imageSource.ts';
import { ImageProblem } from '../images/index.ts';
import { DecodePool } from './decodePool.ts';
import type { DecoderProgram } from './decoderChild.ts';
import type { PreparedFrame } from './frameImage.ts';
import type { DecodeJob } from './jobs.ts';
import type { PreparedImage } from './prepareImage.ts';

/** An image to decode. */
export interface DecodeItem {
  /** Absolute. */
  path: string;
  /** The part of the file that is the image; all of it by default. */
  region?: ImageRegion | null | undefined;
  /** The dataset that the file has to be in. */
  place?: DatasetPlace | null | undefined;
  /** The framing of the image; none by default. */
  framing?: Framing | null | undefined;
}

const MOST_PROCESSES = 4;

/**
 * Decodes the images of a scan ahead of the model, in their order. An image that cannot be decoded is a
 * result too.
 */
export class ScanDecoders {
  readonly #pool: DecodePool;

  constructor(program: DecoderProgram = {}) {
    const processes = Math.min(MOST_PROCESSES, Math.max(1, availableParallelism() - 1));
    this.#pool = new DecodePool({ ...program, processes, order: 'oldest-first' });
    this.#pool.warmUp();
  }

  /** Process ids of those that run now. */
  get pids(): number[] {
    return this.#pool.pids;
  }

  /** @throws AppError `interrupted` after close(), `engine-failed` */
  prepareImages(items: readonly DecodeItem[], side: number): Promise<PreparedImage[]> {
    return this.#all(items, (source, { framing = null }) => ({ kind: 'model-input', source, side, framing }));
  }

  /** @throws as prepareImages */
  frameImages(
    items: readonly DecodeItem[],
    size: { width: number; height: number },
  ): Promise<PreparedFrame[]> {
    return this.#all(items, (source) => ({ kind: 'frame', source, ...size }));
  }

  /** Ends all processes at once. */
  close(): void {
    this.#pool.close();
  }

  #all<Job extends DecodeJob>(
    items: readonly DecodeItem[],
    jobOf: (source: DecodeJob['source'], item: DecodeItem) => Job,
  ) {
    return Promise.all(
      items.map((item) => {
        const { path, region = null, place = null } = item;
        return this.#pool.run(jobOf({ path, region, place }, item)).catch((error: unknown) => {
          if (!(error instanceof ImageProblem)) throw error;
          return { file: null, ok: false as const, problem: error.reason };
        });
      }),
    );
  }
}
