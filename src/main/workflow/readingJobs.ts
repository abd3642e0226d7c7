import type { JobProgress } from '../../shared/api.ts';
import { AppError } from '../../shared/errors.ts';
import type { PredictionReport } from '../../shared/predictions.ts';
import type { FaceFinder } from '../engine/index.ts';
import type { ProjectFile } from '../project/index.ts';
import type { CurrentModel } from './currentModel.ts';
import { raisePictureVersion } from './datasetChoices.ts';
import { keepEarlierRun } from './earlierRun.ts';
import { FaceSearchJob, startFaceSearch } from './faceSearch.ts';
import { type FitChoices, FitJob } from './fitJob.ts';
import { fitSignature, readLabelFit } from './fitProject.ts';
import { codeFurtherFaces } from './importDataset.ts';
import type { ImportChoices } from './importPredictions.ts';
import { PredictionJob } from './predictionJob.ts';
import type { ReviewColumns } from './reviewColumns.ts';
import { ScanJob } from './scan.ts';
import { scanOrder } from './scanOrder.ts';
import { type ScanSetup, startScan } from './startScan.ts';

/** A page need not hear of every batch. */
const COUNTS_INTERVAL_MS = 500;

export interface ReadingJobsSource {
  project: ProjectFile;
  folder: string;
  model: CurrentModel;
  columns: ReviewColumns;
}

export interface ReadingJobsListener {
  job(job: JobProgress): void;
  counts(): void;
  /** The model, or the flags of all images, are others now. */
  state(): void;
}

/** The long jobs of a dataset, one at a time: the model reads its images, then heads are fitted to its labels. */
export class ReadingJobs {
  readonly #source: ReadingJobsSource;
  readonly #listener: ReadingJobsListener;
  #search: FaceSearchJob | null = null;
  #scan: ScanJob | null = null;
  #scanStarting: Promise<void> | null = null;
  #scanFinished: Promise<JobProgress> | null = null;
  #fitting: FitJob | null = null;
  #importing: PredictionJob | null = null;
  #lastSetup: FitChoices = { background: true };
  #closed = false;
  #countsToldMs = 0;

  constructor(source: ReadingJobsSource, listener: ReadingJobsListener) {
    this.#source = source;
    this.#listener = listener;
  }

  /** Of the job that runs, or ran last. */
  get progress(): JobProgress | null {
    return (this.#importing ?? this.#fitting ?? this.#reading)?.progress ?? null;
  }

  /**
   * Starts reading what is pending, after a search for faces where the dataset asks for one; resolves when the
   * model runs, the scan itself goes on.
   * @returns a promise of its end
   */
  async startScan(setup: ScanSetup): Promise<{ finished: Promise<JobProgress> }> {
    this.#refuseWhileReading();
    const starting = this.#beginScan(setup);
    this.#scanStarting = starting.then(
      () => {},
      () => {},
    );
    try {
      const read = await starting;
      this.#scanFinished = read()
        .finally(() => this.#listener.counts())
        .then((job) => (job.state === 'done' ? this.fit(setup).then(() => job) : job));
      return { finished: this.#scanFinished };
    } finally {
      this.#scanStarting = null;
    }
  }

  /**
   * Takes what a model of the user's own says in the place of the present readings; they hold when it resolves.
   * @returns what has become of the file, and a promise of the end of the fit that follows
   */
  async importPredictions(
    file: string,
    choices: ImportChoices,
    setup: FitChoices,
  ): Promise<{ report: PredictionReport; finished: Promise<void> }> {
    this.#refuseWhileReading();
    const { project, folder, model, columns } = this.#source;
    const job = new PredictionJob({ project, folder }, (progress) => this.#listener.job(progress));
    this.#importing = job;
    try {
      await this.#stopFit();
      const { run, report } = await job.run(file, choices);
      model.begin(run);
      await columns.rebuildFromReadings(model.context);
      this.#search = null;
      this.#scan = null;
      this.#listener.state();
      this.#listener.counts();
      return { report, finished: this.fit(setup) };
    } finally {
      this.#importing = null;
    }
  }

  pauseScan(): void {
    this.#reading?.pause();
  }

  resumeScan(): void {
    this.#reading?.resume();
  }

  /** Stops the scan, or the fit after it. */
  cancel(): void {
    this.#reading?.cancel();
    this.#fitting?.cancel();
    this.#importing?.cancel();
  }

  /**
   * Learns from the data set's own labels, unless that was done for these: every score that one image alone
   * does not give. A fit that fails is told as a job; the flags of the scan stay.
   */
  async fit(setup: FitChoices): Promise<void> {
    this.#lastSetup = setup;
    const { project, model, columns } = this.#source;
    const { run, reader } = model;
    const interrupts = this.#fitting?.isRunning === true;
    await this.#stopFit();
    if (run === null || reader === null || this.#closed) return;
    const source = { project, run, reader };
    const signature = fitSignature(source, columns.index.given, setup.withoutHead !== true);
    if (readLabelFit(project)?.signature === signature) return;
    // What a fit that was stopped left behind is no run to compare with.
    if (!interrupts) keepEarlierRun(project, run);
    this.#fitting = new FitJob(source, signature, (job) => this.#listener.job(job));
    if (!(await this.#fitting.run(setup)) || this.#closed) return;
    await model.readHead(() => this.#closed);
    if (this.#closed) return;
    columns.rebuild();
    this.#listener.state();
    this.#listener.counts();
  }

  /** What the classes mean to the model has changed: reads on by that, and learns anew what was learnt. */
  followMapping(): void {
    const { reader } = this.#source.model;
    if (reader === null) return;
    this.#scan?.useReader(reader);
    if (!this.#isScanning) void this.fit(this.#lastSetup);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#reading?.cancel();
    this.#importing?.cancel();
    await this.#importing?.finished;
    await this.#stopFit();
    await this.#scanStarting;
    this.#reading?.cancel(); // it may have begun meanwhile
    await this.#scanFinished;
  }

  /** Starts what the scan needs. @returns what does the scan */
  async #beginScan(setup: ScanSetup): Promise<() => Promise<JobProgress>> {
    await this.#stopFit();
    const { project, folder, model } = this.#source;
    const finder = await startFaceSearch(project, setup);
    const started = await startScan(project, folder, setup).catch(async (error: unknown) => {
      await finder?.close();
      throw error;
    });
    if (this.#closed) {
      await finder?.close();
      await started.engine.close();
      throw new AppError('interrupted', 'the dataset was closed before its scan began', 'Open it again.');
    }
    model.begin(started.run);
    if (finder === null) await this.#prepareScan(started);
    else this.#search = this.#searchFaces(finder);
    return async () => {
      if (this.#search !== null && finder !== null) {
        const found = await this.#search.run();
        if (found.state !== 'done') {
          await started.engine.close();
          return found;
        }
        raisePictureVersion(project);
        codeFurtherFaces(project);
        await this.#prepareScan(started);
        if (this.#closed) this.#scan?.cancel();
      }
      return (this.#scan as ScanJob).run();
    };
  }

  #searchFaces(finder: FaceFinder): FaceSearchJob {
    const { project, folder } = this.#source;
    return new FaceSearchJob(project, folder, finder, (job) => this.#listener.job(job));
  }

  async #prepareScan({ run, engine, trainingImages }: Awaited<ReturnType<typeof startScan>>): Promise<void> {
    const { project, folder, model, columns } = this.#source;
    const { reader, gallery } = model.begin(run);
    await columns.rebuildFromReadings(model.context);
    const order = await scanOrder(project);
    this.#search = null;
    this.#scan = new ScanJob({
      project,
      folder,
      engine,
      run,
      reader,
      trainingImages,
      order,
      listener: {
        progress: (job) => {
          this.#listener.job(job);
          this.#tellCounts(job);
        },
        read: ({ flag, confidence, anchors }) => {
          columns.setReading(flag, confidence);
          gallery.add(flag.sampleId, anchors);
        },
        unreadable: (id) => columns.index.setUnreadable(id),
      },
    });
    this.#listener.state();
  }

  /**
   * What a scan has come to, also by what was under way when it was paused; of many batches not each is told. Its end
   * tells by itself.
   */
  #tellCounts({ state }: JobProgress): void {
    const now = performance.now();
    if (state !== 'running' && state !== 'paused') return;
    if (state === 'running' && now - this.#countsToldMs < COUNTS_INTERVAL_MS) return;
    this.#countsToldMs = now;
    this.#listener.counts();
  }

  /** The job that reads images, or looks for faces in them before. */
  get #reading(): FaceSearchJob | ScanJob | null {
    return this.#search ?? this.#scan;
  }

  #refuseWhileReading(): void {
    const what = this.#importing !== null ? 'an import of predictions' : 'a scan';
    if (this.#importing === null && this.#scanStarting === null && !this.#isScanning) return;
    throw new AppError('bad-request', `${what} is running`, 'Wait for it, or cancel it first.');
  }

  get #isScanning(): boolean {
    const state = this.#reading?.progress.state;
    return state === 'running' || state === 'paused';
  }

  /** What is read or said of classes from now on is another data set than the one being fitted. */
  async #stopFit(): Promise<void> {
    this.#fitting?.cancel();
    await this.#fitting?.finished;
    this.#fitting = null;
  }
}
