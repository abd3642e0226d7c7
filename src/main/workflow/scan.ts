import { join } from 'node:path';
import type { JobProgress } from '../../shared/api.ts';
import { anchorSimilarities, nearestAnchors } from '../../shared/reliability.ts';
import type { Engine, EngineResult } from '../engine/index.ts';
import type { LabelReader, TrainingImages } from '../flags/index.ts';
import { type Flag, type Position, type ProjectFile, STORED_ANCHORS } from '../project/index.ts';
import { jobError } from './jobError.ts';
import { ProgressRate } from './progressRate.ts';

/** Batches handed to the engine at once: one computes while the next ones are decoded. */
const IN_FLIGHT = 3;

/** What a scan tells while it runs. */
export interface ScanListener {
  progress(job: JobProgress): void;
  read(reading: { flag: Flag; confidence: number; anchors: ReturnType<typeof nearestAnchors> }): void;
  unreadable(sampleId: number): void;
}

export interface ScanInputs {
  project: ProjectFile;
  /** Absolute path of the dataset's folder. */
  folder: string;
  engine: Engine;
  runId: number;
  reader: LabelReader;
  trainingImages: TrainingImages;
  listener: ScanListener;
}

/**
 * Has the model read every pending sample. Each batch is one transaction together with the progress, so a
 * scan that is killed at any moment goes on at its batch and loses nothing.
 */
export class ScanJob {
  #inputs: ScanInputs;
  readonly #jobId: number;
  readonly #givenClass = new Map<number, number | null>();
  readonly #rate = new ProgressRate();
  #progress: JobProgress;
  #resume: (() => void) | null = null;
  #cancelled = false;

  constructor(inputs: ScanInputs) {
    this.#inputs = inputs;
    const { pending, read, unreadable } = inputs.project.samples.counts();
    const done = read + unreadable;
    const total = done + pending;
    this.#jobId = inputs.project.jobs.begin('scan', done, total);
    this.#progress = {
      kind: 'scan',
      state: 'running',
      done,
      total,
      imagesPerSecond: 0,
      secondsLeft: null,
      error: null,
    };
  }

  get progress(): JobProgress {
    return this.#progress;
  }

  /** The user has changed what the dataset's classes mean: what is read from now on follows. */
  useReader(reader: LabelReader): void {
    this.#inputs = { ...this.#inputs, reader };
  }

  /** Batches under way are finished and stored first. */
  pause(): void {
    if (this.#progress.state === 'running') this.#report({ state: 'paused' });
  }

  resume(): void {
    if (this.#progress.state !== 'paused') return;
    this.#rate.restart();
    this.#report({ state: 'running' });
    this.#wake();
  }

  /** Stops at once; a later scan goes on from here. */
  cancel(): void {
    this.#cancelled = true;
    this.#wake();
    void this.#inputs.engine.close();
  }

  /** Resolves when all is read, cancelled, or failed: see the progress it returns. */
  async run(): Promise<JobProgress> {
    const { engine } = this.#inputs;
    this.#report({});
    try {
      await this.#readAll();
      this.#report({ state: this.#cancelled ? 'cancelled' : 'done', secondsLeft: null });
    } catch (error) {
      if (this.#cancelled) this.#report({ state: 'cancelled', secondsLeft: null });
      else this.#report({ state: 'failed', secondsLeft: null, error: jobError(error) });
    } finally {
      await engine.close();
    }
    return this.#progress;
  }

  async #readAll(): Promise<void> {
    const underWay = new Set<Promise<void>>();
    let last: Position = { ordinal: -1, id: 0 };
    for (;;) {
      await this.#whilePaused();
      if (this.#cancelled) break;
      const batch = this.#inputs.project.samples.toRead(last, this.#inputs.engine.batchSize);
      const end = batch.at(-1);
      if (end === undefined) break;
      last = end;
      for (const { id, givenClass } of batch) this.#givenClass.set(id, givenClass);
      const items = batch.map(({ id, path, region }) => ({
        id,
        path: join(this.#inputs.folder, path),
        region,
      }));
      const reading = this.#inputs.engine.infer(items).then((results) => this.#store(results));
      underWay.add(reading);
      reading.then(() => underWay.delete(reading)).catch(() => {}); // a failure is seen where it is awaited
      if (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  }

  #store(results: EngineResult[]): void {
    if (this.#cancelled) return;
    const { project, listener } = this.#inputs;
    const done = this.#progress.done + results.length;
    const stored = project.transaction(() => {
      const flags = results.map((result) =>
        result.ok ? this.#storeReading(result) : this.#storeProblem(result),
      );
      project.jobs.update(this.#jobId, { ...this.#progress, done, error: null });
      return flags;
    });
    for (const [index, reading] of stored.entries()) {
      if (reading !== null) listener.read(reading);
      else listener.unreadable((results[index] as EngineResult).id);
    }
    this.#rate.add(results.length);
    const imagesPerSecond = this.#rate.perSecond();
    const left = this.#progress.total - done;
    this.#report({ done, imagesPerSecond, secondsLeft: imagesPerSecond > 0 ? left / imagesPerSecond : null });
  }

  #storeReading(result: EngineResult & { ok: true }) {
    const { project, runId, reader, trainingImages, engine } = this.#inputs;
    const { id, outputs, image, file } = result;
    const similarities = anchorSimilarities(outputs.anchorDistance, engine.model.delta);
    const anchors = nearestAnchors(
      outputs.anchorDistance,
      similarities,
      engine.model.anchorsPerClass,
      STORED_ANCHORS,
    );
    const trainedOn = trainingImages.match(image.pixelsSha256, image.perceptualHash);
    const flag = reader.flag(
      id,
      { ...outputs, anchorDistances: outputs.anchorDistance },
      this.#takeGiven(id),
      trainedOn,
    );
    if (file !== null) project.samples.markRead(id, file, image);
    project.issues.writeQuality(id, image);
    project.readings.write(runId, id, outputs, anchors);
    project.flags.write(runId, flag);
    return { flag, confidence: outputs.confidenceCorrected, anchors };
  }

  #storeProblem({ id, problem, file }: EngineResult & { ok: false }): null {
    this.#takeGiven(id);
    this.#inputs.project.samples.markUnreadable(id, problem, file?.contentSha256 ?? null);
    return null;
  }

  #takeGiven(id: number): number | null {
    const given = this.#givenClass.get(id) ?? null;
    this.#givenClass.delete(id);
    return given;
  }

  async #whilePaused(): Promise<void> {
    while (this.#progress.state === 'paused' && !this.#cancelled) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
  }

  #wake(): void {
    this.#resume?.();
    this.#resume = null;
  }

  #report(change: Partial<JobProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    if (change.state !== undefined) {
      const { error } = this.#progress;
      this.#inputs.project.jobs.update(this.#jobId, { ...this.#progress, error: error?.message ?? null });
    }
    this.#inputs.listener.progress(this.#progress);
  }
}
