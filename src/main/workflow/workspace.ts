import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type {
  ExportRequest,
  JobProgress,
  Place,
  ProjectCounts,
  SampleDetail,
  SampleNeighbours,
  SavedView,
  UndoResult,
} from '../../shared/api.ts';
import { placeSchema, savedViewsSchema } from '../../shared/api.ts';
import { buildClassSpace, type ClassMapping } from '../../shared/classSpace.ts';
import { AppError } from '../../shared/errors.ts';
import type { QueueItem, QueueRequest, QueueSnapshot } from '../../shared/queue.ts';
import type { Blindness, bulkVerdictSchema, VerdictChange } from '../../shared/review.ts';
import { DEFAULT_SCORE } from '../../shared/scores.ts';
import { type CleanedRow, cleanedRows, type ExportSource } from '../export/index.ts';
import { type LabelReader, ReviewIndex } from '../flags/index.ts';
import type { ModelRun, Sample } from '../project/index.ts';
import { AnchorGallery } from './anchorGallery.ts';
import { drawAudit, readAudit } from './audit.ts';
import {
  blindDetail,
  ownVote,
  readBlindness,
  withoutSuggestion,
  withoutSuggestions,
  writeBlindness,
} from './blindness.ts';
import { bulkParts } from './bulkVerdicts.ts';
import { ProjectCounter } from './counts.ts';
import { readClassMapping, readerOf, storeChoices } from './datasetChoices.ts';
import { type FitChoices, FitJob } from './fitJob.ts';
import { fitSignature, readLabelFit } from './fitProject.ts';
import { GoodCopies } from './goodCopies.ts';
import { MapOfImages } from './mapOfImages.ts';
import { nearestImages } from './neighbours.ts';
import { type OpenedProject, type OpenOptions, offerGoodCopy, openProject } from './openProject.ts';
import { OverviewReader } from './overview.ts';
import { QueueSnapshots } from './queueSnapshots.ts';
import { refreshFlags } from './refreshFlags.ts';
import { type ReadingContext, sampleDetail } from './sampleDetail.ts';
import { ScanJob } from './scan.ts';
import { readSelection, writeSelection } from './selection.ts';
import { type ScanSetup, startScan } from './startScan.ts';
import { type Decision, type StepResult, VerdictLog } from './verdicts.ts';

const SUMMARIES_AT_ONCE = 2000;
/** Of a bulk step that is undone, so many images are named; a page asks for what it shows. */
const NAMED_IMAGES = 200;

interface WorkspaceEvents {
  job: [JobProgress];
  counts: [];
  verdicts: [VerdictChange[]];
  /** A map is being made, or is made. */
  map: [];
  /** The model or the list of samples changed. */
  state: [];
}

/** An open dataset: its project file, what the queue needs in memory, the running scan, and the verdicts. */
export class Workspace extends EventEmitter<WorkspaceEvents> {
  readonly folder: string;
  readonly opened: OpenedProject;
  readonly classNames: string[];
  readonly overview = new OverviewReader(this);
  readonly map = new MapOfImages(this, () => this.emit('map'));
  readonly #snapshots = new QueueSnapshots();
  readonly #copies: GoodCopies;
  #index: ReviewIndex;
  #counter: ProjectCounter;
  #run: ModelRun | null;
  #context: ReadingContext | null = null;
  #log: VerdictLog;
  #annotator: string;
  #scan: ScanJob | null = null;
  #scanFinished: Promise<JobProgress> | null = null;
  #scanStarting = false;
  #fitting: FitJob | null = null;
  #closed = false;
  #lastSetup: FitChoices = { background: true };

  private constructor(opened: OpenedProject, annotator: string) {
    super();
    const { project } = opened;
    this.opened = opened;
    this.#copies = new GoodCopies(project);
    this.folder = opened.folder;
    this.classNames = project.dataset.classes();
    this.#run = project.modelRuns.latest();
    if (this.#run !== null) this.#context = this.#contextOf(this.#run);
    if (this.#run !== null && this.#context !== null && opened.changes.regiven > 0) {
      refreshFlags(project, this.#run, this.#context.reader);
    }
    this.#annotator = project.settings.read('annotator', z.string()) ?? annotator;
    this.#index = this.#buildIndex();
    this.#counter = this.#buildCounter();
    this.#log = new VerdictLog(project, this.#annotator);
  }

  /** @param annotator name used where the project has none yet */
  static async open(folder: string, annotator: string, options: OpenOptions = {}): Promise<Workspace> {
    const opened = await openProject(folder, options);
    try {
      const workspace = new Workspace(opened, annotator);
      await workspace.#readSummaries();
      if (options.classMapping !== undefined) workspace.classMapping = options.classMapping;
      return workspace;
    } catch (error) {
      opened.project.close();
      throw offerGoodCopy(opened.project.explain(error), opened.project.path);
    }
  }

  get index(): ReviewIndex {
    return this.#index;
  }

  get run(): ModelRun | null {
    return this.#run;
  }

  get reader(): LabelReader | null {
    return this.#context?.reader ?? null;
  }

  get annotator(): string {
    return this.#annotator;
  }

  set annotator(name: string) {
    this.#annotator = name;
    this.opened.project.settings.write('annotator', name);
    this.#log = new VerdictLog(this.opened.project, name);
    if (this.blindness.others) this.#rebuildIndex();
    this.emit('state');
  }

  get blindness(): Blindness {
    return readBlindness(this.opened.project);
  }

  set blindness(blindness: Blindness) {
    writeBlindness(this.opened.project, blindness);
    this.#rebuildIndex();
    this.emit('state');
  }

  get job(): JobProgress | null {
    return this.#fitting?.progress ?? this.#scan?.progress ?? null;
  }

  get canUndo(): boolean {
    return this.#log.canUndo;
  }

  get canRedo(): boolean {
    return this.#log.canRedo;
  }

  get place(): Place | null {
    return this.opened.project.settings.read('place', placeSchema);
  }

  set place(place: Place) {
    this.opened.project.settings.write('place', place);
  }

  get savedViews(): SavedView[] {
    return this.opened.project.settings.read('views', savedViewsSchema.shape.views) ?? [];
  }

  set savedViews(views: SavedView[]) {
    this.opened.project.settings.write('views', views);
  }

  get classMapping(): ClassMapping {
    return readClassMapping(this.opened.project);
  }

  /** Says what the dataset's classes mean to the model: suggestions and flags follow, verdicts stay. */
  set classMapping(classMapping: ClassMapping) {
    const { project } = this.opened;
    // Refuses classes that are not there, where the model's are known.
    if (this.#run !== null) buildClassSpace(this.classNames, this.#run.model.classes, classMapping);
    storeChoices(project, { classMapping });
    if (this.#run !== null && this.#context !== null) {
      this.#context.reader = readerOf(project, this.#run);
      this.#scan?.useReader(this.#context.reader);
      refreshFlags(project, this.#run, this.#context.reader);
      this.#rebuildIndex();
      if (!this.#isScanning) void this.fitLabels(this.#lastSetup);
    }
    this.emit('state');
  }

  counts(): ProjectCounts {
    return this.#counter.counts();
  }

  queue(request: QueueRequest): QueueSnapshot {
    const place = this.place?.sampleId ?? null;
    return this.#snapshots.take(this.#index, request, this.classNames.length, place);
  }

  queueItems(queueId: string, offset: number, limit: number): QueueItem[] {
    return this.#snapshots.items(this.#index, queueId, offset, limit);
  }

  sample(id: number): Sample {
    const sample = this.opened.project.samples.byId(id);
    if (sample === null)
      throw new AppError('not-found', `there is no image with id ${id}`, 'Ask for the queue again.');
    return sample;
  }

  detail(id: number): SampleDetail {
    const detail = sampleDetail(this.opened.project, this.sample(id), this.classNames, this.#context);
    const { blindness } = this;
    const seen = blindDetail(detail, blindness, this.#annotator);
    return blindness.others ? { ...seen, ...this.#index.decision(id) } : seen;
  }

  /** The images most like one in the model's eyes, with what is known of them. */
  async neighbours(id: number, count: number, signal: AbortSignal): Promise<SampleNeighbours> {
    this.sample(id);
    if (this.#context === null) return { neighbours: [], exact: true };
    const found = await nearestImages(this.opened.project, this.#context, id, count, signal);
    const neighbours = found.neighbours.flatMap(({ sampleId, distance }) => {
      const row = this.#index.rowOf(sampleId);
      return row === undefined ? [] : [{ ...this.#index.item(row, DEFAULT_SCORE), distance }];
    });
    return { neighbours, exact: found.exact };
  }

  decide(decision: Decision): void {
    this.#log.decide(decision);
    this.#syncVerdicts(decision.sampleIds);
  }

  /** One verdict on many images of a queue, undone as one step. @returns how many it is on */
  decideInQueue(queueId: string, bulk: z.output<typeof bulkVerdictSchema>): number {
    const ids = this.#snapshots.idsIn(queueId, bulk.ranges);
    const { note, requestId } = bulk;
    const sampleIds = this.#log.decideAll(bulkParts(this.#index, ids, bulk), { note, requestId });
    this.#syncVerdicts(sampleIds);
    return sampleIds.length;
  }

  /** Images of a queue that have no verdict by now. */
  unreviewedIn(queueId: string): number {
    return this.#snapshots.unreviewed(this.#index, queueId);
  }

  /** Where an image is in a queue; -1 where it is not. */
  positionIn(queueId: string, sampleId: number): number {
    return this.#snapshots.positionOf(queueId, sampleId);
  }

  undo(requestId?: string): UndoResult {
    return this.#step(this.#log.undo(requestId));
  }

  redo(requestId?: string): UndoResult {
    return this.#step(this.#log.redo(requestId));
  }

  /** Draws a random sample of the images without a verdict, which `show: 'audit'` lists. */
  drawAudit(size: number, seed: number): void {
    drawAudit(this.opened.project, this.#index, size, seed);
    this.emit('counts');
  }

  /** Keeps a choice of images, which `show: 'selection'` lists until the next one. */
  select(sampleIds: readonly number[]): void {
    writeSelection(this.opened.project, sampleIds);
    this.#index.setSelection(sampleIds);
  }

  get exportSource(): ExportSource {
    const { classNames, reader } = this;
    return { project: this.opened.project, classNames, run: this.#run, reader };
  }

  exportRows(request: ExportRequest): Generator<CleanedRow> {
    return cleanedRows(this.exportSource, request);
  }

  /**
   * Starts reading what is pending; resolves when the model runs, the scan itself goes on.
   * @returns a promise of its end
   */
  async startScan(setup: ScanSetup): Promise<{ finished: Promise<JobProgress> }> {
    if (this.#scanStarting || this.#isScanning) {
      throw new AppError('bad-request', 'a scan is running', 'Wait for it, or cancel it first.');
    }
    this.#scanStarting = true;
    await this.#stopFit();
    try {
      const { run, engine, trainingImages } = await startScan(this.opened.project, setup);
      this.#run = run;
      this.#context = this.#contextOf(run);
      this.#index = this.#buildIndex();
      this.#counter = this.#buildCounter();
      await this.#readSummaries();
      const { reader, gallery } = this.#context;
      this.#scan = new ScanJob({
        project: this.opened.project,
        folder: this.folder,
        engine,
        runId: run.id,
        reader,
        trainingImages,
        listener: {
          progress: (job) => this.emit('job', job),
          read: ({ flag, confidence, anchors }) => {
            this.#index.setFlag(this.blindness.suggestion ? withoutSuggestion(flag) : flag);
            this.#index.setConfidence(flag.sampleId, confidence);
            gallery.add(flag.sampleId, anchors);
          },
          unreadable: (id) => this.#index.setUnreadable(id),
        },
      });
      this.emit('state');
      this.#scanFinished = this.#scan
        .run()
        .finally(() => this.emit('counts'))
        .then((job) => (job.state === 'done' ? this.fitLabels(setup).then(() => job) : job));
      return { finished: this.#scanFinished };
    } finally {
      this.#scanStarting = false;
    }
  }

  pauseScan(): void {
    this.#scan?.pause();
  }

  resumeScan(): void {
    this.#scan?.resume();
  }

  /** Stops the scan, or the fit after it. */
  cancelScan(): void {
    this.#scan?.cancel();
    this.#fitting?.cancel();
  }

  /**
   * Learns from the data set's own labels, unless that was done for these: every score that one image alone
   * does not give. A fit that fails is told as a job; the flags of the scan stay.
   */
  async fitLabels(setup: FitChoices): Promise<void> {
    this.#lastSetup = setup;
    const [run, context] = [this.#run, this.#context];
    await this.#stopFit();
    if (run === null || context === null || this.#closed) return;
    const source = { project: this.opened.project, run, reader: context.reader };
    const signature = fitSignature(source, this.#index.given, setup.withoutHead !== true);
    if (readLabelFit(this.opened.project)?.signature === signature) return;
    this.#fitting = new FitJob(source, signature, (job) => this.emit('job', job));
    if (!(await this.#fitting.run(setup)) || this.#closed) return;
    this.#rebuildIndex();
    this.emit('state');
    this.emit('counts');
  }

  get #isScanning(): boolean {
    const state = this.#scan?.progress.state;
    return state === 'running' || state === 'paused';
  }

  /** What is read or said of classes from now on is another data set than the one being fitted. */
  async #stopFit(): Promise<void> {
    this.#fitting?.cancel();
    await this.#fitting?.finished;
    this.#fitting = null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#scan?.cancel();
    await this.#stopFit();
    await this.#scanFinished;
    await this.#copies.close();
    await this.map.close();
    this.opened.project.close();
    this.removeAllListeners();
  }

  /** After flags were stored anew. */
  #rebuildIndex(): void {
    const before = this.#index;
    this.#index = this.#buildIndex();
    this.#index.takeConfidences(before);
    this.#counter = this.#buildCounter();
  }

  #buildIndex(): ReviewIndex {
    const { samples, flags } = this.opened.project;
    const { others, suggestion } = this.blindness;
    const index = new ReviewIndex(
      samples.indexed(),
      suggestion ? withoutSuggestions(flags.all()) : flags.all(),
    );
    if (others) this.#showOwnVerdicts(index);
    index.setIssues(this.opened.project.issues.all());
    index.setAudit(readAudit(this.opened.project)?.sampleIds ?? []);
    index.setSelection(readSelection(this.opened.project));
    for (const id of this.opened.project.verdicts.disagreements()) index.setDisagreement(id, true);
    return index;
  }

  /** Images that others judged are open to an annotator who is blind to them. */
  #showOwnVerdicts(index: ReviewIndex): void {
    const votes = this.opened.project.verdicts.allVotes();
    for (const { sampleId } of votes) index.setVerdict(sampleId, 'unreviewed', null);
    for (const { sampleId, annotator, role, verdict, classIndex } of votes) {
      if (annotator === this.#annotator && role === 'vote') index.setVerdict(sampleId, verdict, classIndex);
    }
  }

  #ownVerdict(id: number) {
    const own = ownVote(this.opened.project.verdicts.votesOf(id), this.#annotator);
    return { id, verdict: own?.verdict ?? null, classIndex: own?.classIndex ?? null };
  }

  #contextOf(run: ModelRun): ReadingContext {
    return {
      model: run.model,
      reader: readerOf(this.opened.project, run),
      gallery: new AnchorGallery(),
    };
  }

  #buildCounter(): ProjectCounter {
    return new ProjectCounter(this.#index, this.opened.project.samples.counts().vanished);
  }

  /** Takes the confidence and the nearest anchors of every image that was read into memory, page by page. */
  async #readSummaries(): Promise<void> {
    const context = this.#context;
    if (context === null) return;
    const { readings } = this.opened.project;
    let page = readings.summaries(0, SUMMARIES_AT_ONCE);
    for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
      for (const { sampleId, confidence, anchors } of page) {
        const row = this.#index.rowOf(sampleId);
        if (row === undefined || this.#index.read[row] === 0) continue;
        this.#index.setConfidence(sampleId, confidence);
        context.gallery.add(sampleId, anchors);
      }
      await nextTurn();
      page = readings.summaries(last.sampleId, SUMMARIES_AT_ONCE);
    }
  }

  #step({ sampleIds, canUndo, canRedo }: StepResult): UndoResult {
    this.#syncVerdicts(sampleIds);
    return { sampleIds: sampleIds.slice(0, NAMED_IMAGES), changed: sampleIds.length, canUndo, canRedo };
  }

  /** Only where several annotate: one alone differs from nobody. */
  #syncDisagreements(sampleIds: readonly number[]): void {
    const { verdicts } = this.opened.project;
    if (verdicts.annotators().length < 2) return;
    const standing = verdicts.disagreements();
    for (const id of sampleIds) this.#index.setDisagreement(id, standing.has(id));
  }

  #syncVerdicts(sampleIds: readonly number[]): void {
    const changes = this.opened.project.samples
      .currentVerdicts(sampleIds)
      .map((joint) => (this.blindness.others ? this.#ownVerdict(joint.id) : joint))
      .map(({ id, verdict, classIndex }): VerdictChange => {
        this.#index.setVerdict(id, verdict ?? 'unreviewed', classIndex);
        return { sampleId: id, ...this.#index.decision(id) };
      });
    this.#syncDisagreements(sampleIds);
    if (changes.length > 0) this.#copies.noteVerdict();
    this.emit('verdicts', changes);
    this.emit('counts');
  }
}
