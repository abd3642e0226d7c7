import { AppError } from '../../domain/errors.ts';
import type { JobProgress } from '../../protocol/api.ts';
import type { PredictionReport } from '../../protocol/predictions.ts';
import type { FaceFinder } from '../engine/index.ts';
import { isInterrupted, type JobChoice, JobRunner, jobError } from '../jobs/index.ts';
import { codeFurtherFaces } from '../open/index.ts';
import { raisePictureVersion } from '../opened/index.ts';
import type { ImportChoices } from '../predictions/index.ts';
import { PredictionJob } from '../predictions/index.ts';
import { makingWay } from '../processes/index.ts';
import type { ProjectFile } from '../project/index.ts';
import type { CurrentModel, ReviewColumns } from '../review/index.ts';
import {
  FaceSearchJob,
  ScanJob,
  type ScanSetup,
  scanOrder,
  startFaceSearch,
  startScan,
} from '../scan/index.ts';
import {
  differOnlyInDecisions,
  fitSignature,
  keepEarlierRun,
  readLabelFit,
  refreshFlags,
} from '../tune/index.ts';
import { type FitChoices, FitJob } from './fitJob.ts';
import { RefitSchedule } from './refitSchedule.ts';

/** A page need not get every batch. */
const COUNTS_INTERVAL_MS = 500;

interface ModelJobsSource {
  project: ProjectFile;
  folder: string;
  model: CurrentModel;
  columns: ReviewColumns;
}

interface ModelJobsListener {
  job(job: JobProgress): void;
  counts(): void;
  /** The model, or the flags of all images, are others now. */
  state(): void;
}

const SCAN: JobChoice = { name: 'a scan', replaceable: false };
const IMPORT: JobChoice = { name: 'an import of predictions', replaceable: false };
const FIT: JobChoice = { name: 'a fit', replaceable: true };
const REFRESH: JobChoice = { name: 'a refresh of the flags', replaceable: true };

/**
 * The long jobs of a dataset, one at a time: the model predicts its images, then a model is tuned to its
 * labels.
 */
export class ModelJobs {
  readonly #source: ModelJobsSource;
  readonly #listener: ModelJobsListener;
  readonly #runner = new JobRunner();
  /** Flags are refreshed alongside a scan, which continues with the latest settings. */
  readonly #refreshes = new JobRunner();
  #search: FaceSearchJob | null = null;
  #scan: ScanJob | null = null;
  #fitting: FitJob | null = null;
  #importing: PredictionJob | null = null;
  /** The failure that ended a job before it could report it. */
  #failed: JobProgress | null = null;
  #lastSetup: FitChoices = { startProcess: makingWay() };
  readonly #refits = new RefitSchedule();
  #refitTimer: NodeJS.Timeout | undefined;
  #closed = false;
  #countsReportedMs = 0;

  constructor(source: ModelJobsSource, listener: ModelJobsListener) {
    this.#source = source;
    this.#listener = listener;
  }

  /**
   * The running scan or import, in words, from its start on; null if there is none. A stopped fit is repeated
   * later.
   */
  get running(): string | null {
    const { begun } = this.#runner;
    return begun === null || begun.replaceable ? null : begun.name;
  }

  /** Of the job that runs, or ran last. */
  get progress(): JobProgress | null {
    return this.#failed ?? (this.#importing ?? this.#fitting ?? this.#scanning)?.progress ?? null;
  }

  /**
   * Starts predicting pending images, after a face search if the dataset asks for one; resolves when the
   * model runs, while the scan itself continues.
   * @returns a promise of its end, which never rejects
   */
  async startScan(setup: ScanSetup): Promise<{ finished: Promise<JobProgress> }> {
    const started = Promise.withResolvers<void>();
    const scanned = this.#runner.run(SCAN, async (signal) => {
      const read = await this.#beginScan(setup, signal);
      signal.addEventListener('abort', () => this.#scanning?.cancel());
      started.resolve();
      return read();
    });
    scanned.catch(started.reject); // before it began; later it changes nothing
    await started.promise;
    return { finished: this.#finishScan(scanned, setup) };
  }

  /** The fit follows a completed scan; a failed scan is reported as such. */
  async #finishScan(scanned: Promise<JobProgress>, setup: ScanSetup): Promise<JobProgress> {
    const job = await scanned.catch((error: unknown) => this.#fail('scan', error));
    if (!this.#closed) this.#listener.counts();
    if (job.state === 'done') await this.fit(setup);
    return job;
  }

  /**
   * Replaces the current predictions by those of the user's own model; they are in effect when it resolves.
   * @returns what became of the file, and a promise of the end of the fit that follows
   */
  async importPredictions(
    file: string,
    choices: ImportChoices,
    setup: FitChoices,
  ): Promise<{ report: PredictionReport; finished: Promise<void> }> {
    const report = await this.#runner.run(IMPORT, (signal) => this.#import(file, choices, signal));
    return { report, finished: this.fit(setup) };
  }

  async #import(file: string, choices: ImportChoices, signal: AbortSignal): Promise<PredictionReport> {
    const { project, folder, model, columns } = this.#source;
    const job = new PredictionJob({ project, folder }, (progress) => this.#listener.job(progress));
    this.#importing = job;
    this.#fitting = null;
    this.#failed = null;
    signal.addEventListener('abort', () => job.cancel());
    try {
      const { run, report } = await job.run(file, choices);
      model.begin(run);
      await columns.rebuildFromPredictions(model.context);
      this.#search = null;
      this.#scan = null;
      this.#listener.state();
      this.#listener.counts();
      return report;
    } finally {
      this.#importing = null;
    }
  }

  pauseScan(): void {
    this.#scanning?.pause();
  }

  resumeScan(): void {
    this.#scanning?.resume();
  }

  /** Stops the scan, or the fit after it. */
  cancel(): void {
    this.#runner.cancel();
  }

  /**
   * Learns from the dataset's own labels, unless these labels were learned from already: every score that one
   * image alone does not give. A failed fit is reported as a job; the flags of the scan remain. Never
   * rejects.
   */
  async fit(setup: FitChoices): Promise<void> {
    this.#lastSetup = setup;
    try {
      await this.#runner.run(FIT, (signal) => this.#fit(setup, signal));
    } catch (error) {
      const isBusy = error instanceof AppError && error.code === 'bad-request'; // a fit follows the running job
      if (!isInterrupted(error) && !isBusy) this.#fail('fit', error);
    }
    this.teach(); // decisions made meanwhile
  }

  /**
   * Decisions were made or taken back: learns from them once there are enough, while nothing else runs. A scan learns
   * from them at its end.
   */
  teach(): void {
    clearTimeout(this.#refitTimer);
    if (this.#closed || this.#runner.begun !== null) return;
    const waitMs = this.#refits.dueInMs(this.#source.columns.counts().reviewed, performance.now());
    if (waitMs === 0) void this.fit(this.#lastSetup);
    else if (waitMs !== null) this.#refitTimer = setTimeout(() => this.teach(), waitMs).unref();
  }

  async #fit(setup: FitChoices, signal: AbortSignal): Promise<void> {
    this.#refits.begin(this.#source.columns.counts().reviewed, performance.now());
    try {
      await this.#learn(setup, signal);
    } finally {
      this.#refits.end(performance.now());
    }
  }

  async #learn(setup: FitChoices, signal: AbortSignal): Promise<void> {
    const { project, model, columns } = this.#source;
    const { run, translator } = model;
    if (run === null || translator === null) return;
    const source = { project, run, translator };
    const signature = fitSignature(source, columns.index.given, setup.withoutTunedModel !== true);
    const before = readLabelFit(project)?.signature;
    if (before === signature) return;
    // More decisions are no other run to compare with.
    if (before === undefined || !differOnlyInDecisions(before, signature)) keepEarlierRun(project, run);
    const job = new FitJob(source, signature, (progress) => this.#listener.job(progress));
    this.#fitting = job;
    this.#failed = null;
    signal.addEventListener('abort', () => job.cancel());
    if (!(await job.run(setup)) || signal.aborted) return;
    await model.readTunedModel(() => signal.aborted);
    if (signal.aborted) return;
    columns.rebuild();
    this.#listener.state();
    this.#listener.counts();
  }

  /**
   * The meaning of the classes has changed: the scan continues with the new one, flags of scanned images are
   * updated, and what was learned is learned again. Resolves when the flags are up to date, or replaced by a
   * later change.
   */
  async followMapping(): Promise<void> {
    const { project, model, columns } = this.#source;
    const { run, translator } = model;
    if (run === null || translator === null) return;
    this.#scan?.useTranslator(translator);
    if (this.#runner.begun?.replaceable) this.#runner.cancel();
    try {
      await this.#refreshes.run(REFRESH, (signal) => refreshFlags(project, run, translator, signal));
    } catch (error) {
      if (isInterrupted(error)) return;
      throw error;
    }
    if (this.#closed || translator !== this.#source.model.translator) return;
    columns.rebuild();
    this.#listener.state();
    this.#listener.counts();
    void this.fit(this.#lastSetup);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#refitTimer);
    await Promise.all([this.#runner.close(), this.#refreshes.close()]);
  }

  /** Starts what the scan needs. @returns the function that scans */
  async #beginScan(setup: ScanSetup, signal: AbortSignal): Promise<() => Promise<JobProgress>> {
    this.#fitting = null;
    const { project, folder, model } = this.#source;
    const finder = await startFaceSearch(project, setup);
    const started = await startScan(project, folder, setup).catch(async (error: unknown) => {
      await finder?.close();
      throw error;
    });
    try {
      if (signal.aborted)
        throw new AppError('interrupted', 'the scan was cancelled before it started', 'Start it again.');
      this.#failed = null;
      model.begin(started.run);
      if (finder === null) await this.#prepareScan(started);
      else this.#search = this.#searchFaces(finder);
    } catch (error) {
      await finder?.close();
      await started.engine.close();
      throw error;
    }
    return () => this.#read(finder !== null, started, signal);
  }

  async #read(
    searchesFaces: boolean,
    started: Awaited<ReturnType<typeof startScan>>,
    signal: AbortSignal,
  ): Promise<JobProgress> {
    const { project } = this.#source;
    if (searchesFaces && this.#search !== null) {
      try {
        const found = await this.#search.run();
        if (found.state !== 'done') {
          await started.engine.close();
          return found;
        }
        raisePictureVersion(project);
        codeFurtherFaces(project);
        await this.#prepareScan(started);
      } catch (error) {
        await started.engine.close();
        throw error;
      }
    }
    if (signal.aborted) this.#scan?.cancel();
    return (this.#scan as ScanJob).run();
  }

  /** Reports a job that could not report its own end. */
  #fail(kind: JobProgress['kind'], error: unknown): JobProgress {
    const { scanned: done, pending } = this.#source.columns.counts();
    const progress = { done, total: done + pending, imagesPerSecond: 0, secondsLeft: null };
    const job: JobProgress = { ...progress, kind, state: 'failed', error: jobError(error) };
    if (this.#closed) return job;
    this.#failed = job;
    this.#listener.job(job);
    return job;
  }

  #searchFaces(finder: FaceFinder): FaceSearchJob {
    const { project, folder } = this.#source;
    return new FaceSearchJob(project, folder, finder, (job) => this.#listener.job(job));
  }

  async #prepareScan({ run, engine, trainingImages }: Awaited<ReturnType<typeof startScan>>): Promise<void> {
    const { project, folder, model, columns } = this.#source;
    const { translator, gallery, embeddings } = model.begin(run);
    await columns.rebuildFromPredictions(model.context);
    const order = await scanOrder(project);
    this.#search = null;
    this.#scan = new ScanJob({
      project,
      folder,
      engine,
      run,
      translator,
      trainingImages,
      order,
      listener: {
        progress: (job) => {
          this.#listener.job(job);
          this.#reportCounts(job);
        },
        read: ({ flag, confidence, anchors, embedding }) => {
          columns.setPrediction(flag, confidence);
          gallery.add(flag.sampleId, anchors);
          embeddings.add(flag.sampleId, embedding);
        },
        unreadable: (id) => columns.index.setUnreadable(id),
      },
    });
    this.#listener.state();
  }

  /**
   * Progress of a scan, including batches that were in progress when it was paused; not every batch is
   * reported. Its end is reported separately.
   */
  #reportCounts({ state }: JobProgress): void {
    const now = performance.now();
    if (state !== 'running' && state !== 'paused') return;
    if (state === 'running' && now - this.#countsReportedMs < COUNTS_INTERVAL_MS) return;
    this.#countsReportedMs = now;
    this.#listener.counts();
  }

  /** The job that predicts images, or the face search before it. */
  get #scanning(): FaceSearchJob | ScanJob | null {
    return this.#search ?? this.#scan;
  }
}
