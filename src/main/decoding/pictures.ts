import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Framing } from '../../domain/framing/framing.ts';
import type { ImageSource } from '../../domain/imageSource.ts';
import { onDisk } from '../files/index.ts';
import { type RenderedImage, readImageFile } from '../images/index.ts';
import { BlamedPicture } from './blamedPicture.ts';
import { DecodePool } from './decodePool.ts';
import type { DecoderProgram } from './decoderChild.ts';
import type { DecodeAnswers, DecodeJob, Thumbnail } from './jobs.ts';

const MOST_PROCESSES = 2;
/** The page shows some hundreds; whoever asks for more at once gets the newest. */
const MOST_WAITING = 2000;
/** Pictures that ended a process are remembered, so that a page that is drawn again does not wait for them again. */
const MOST_REMEMBERED = 1000;

/** Pictures for a page, decoded in other processes: the newest request first. */
export class Pictures {
  readonly #pool: DecodePool;
  /** Why a picture cannot be decoded, by its file as it was. */
  readonly #problems = new Map<string, string>();

  constructor(program: DecoderProgram = {}) {
    const processes = Math.min(MOST_PROCESSES, availableParallelism());
    this.#pool = new DecodePool({
      ...program,
      processes,
      order: 'newest-first',
      mostWaiting: MOST_WAITING,
    });
  }

  /** Process ids of those that run now. */
  get pids(): number[] {
    return this.#pool.pids;
  }

  /** Starts its processes before there is work for them. */
  warmUp(): void {
    this.#pool.warmUp();
  }

  /** Longer side at most `side` pixels. @throws ImageProblem; AppError as DecodePool.run */
  async thumbnail(source: ImageSource, side: number, signal?: AbortSignal): Promise<Thumbnail> {
    const thumbnail = await this.#run({ kind: 'thumbnail', source, side }, signal);
    return { ...thumbnail, bytes: asBuffer(thumbnail.bytes) };
  }

  /** All of the photograph that a box was cut out of, dimmed around it. @throws as thumbnail */
  async photograph(source: ImageSource, side: number, signal?: AbortSignal): Promise<RenderedImage> {
    const { bytes, contentType } = await this.#run({ kind: 'photograph', source, side }, signal);
    return { bytes: asBuffer(bytes), contentType };
  }

  /** As a model takes it. @throws AppError as DecodePool.run */
  modelInput(source: ImageSource, side: number): Promise<DecodeAnswers['model-input']> {
    return this.#run({ kind: 'model-input', source, side, framing: null });
  }

  /** A square as a model sees it, with or without framing. @throws as thumbnail */
  async framed(source: ImageSource, side: number, framing: Framing | null): Promise<RenderedImage> {
    const { bytes, contentType } = await this.#run({ kind: 'framed', source, side, framing });
    return { bytes: asBuffer(bytes), contentType };
  }

  /** The file itself if browsers show it, else a PNG of its pixels. @throws as thumbnail */
  async full(source: ImageSource, signal?: AbortSignal): Promise<RenderedImage> {
    const { contentType, bytes } = await this.#run({ kind: 'full', source }, signal);
    return {
      contentType,
      bytes: bytes === null ? await readImageFile(source.path, undefined, source.place) : asBuffer(bytes),
    };
  }

  /** Ends its processes at once. */
  close(): void {
    this.#pool.close();
  }

  async #run<Job extends DecodeJob>(job: Job, signal?: AbortSignal): Promise<DecodeAnswers[Job['kind']]> {
    const { path, region, place = null } = job.source;
    const facts = await stat(onDisk(path, place)).catch(() => null);
    const file = JSON.stringify([path, region, facts?.size, facts?.mtimeMs]);
    const known = this.#problems.get(file);
    if (known !== undefined) throw new BlamedPicture(known);
    try {
      return await this.#pool.run(job, signal);
    } catch (error) {
      if (error instanceof BlamedPicture) this.#remember(file, error.reason);
      throw error;
    }
  }

  #remember(file: string, problem: string): void {
    this.#problems.set(file, problem);
    const [oldest] = this.#problems.keys();
    if (this.#problems.size > MOST_REMEMBERED && oldest !== undefined) this.#problems.delete(oldest);
  }
}

/** Processes hand bytes over as one or the other. */
function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
