import { EventEmitter } from 'node:events';
import { z } from 'zod';
import type { ClassMapping } from '../../domain/classSpace.ts';
import { AppError } from '../../domain/errors.ts';
import type { ImageSource } from '../../domain/imageSource.ts';
import { DEFAULT_SCORE } from '../../labelQuality/scores/index.ts';
import type {
  JobProgress,
  Place,
  ProjectCounts,
  SampleDetail,
  SampleNeighbours,
  SavedView,
  UndoneImages,
} from '../../protocol/api.ts';
import { placeSchema, savedViewsSchema } from '../../protocol/api.ts';
import type { PredictionReport } from '../../protocol/predictions.ts';
import type { Blindness, bulkVerdictSchema, ReviewedChoice, VerdictChange } from '../../protocol/review.ts';
import type { ExportSource } from '../export/index.ts';
import type { LabelTranslator } from '../issues/index.ts';
import { MapOfImages } from '../map/index.ts';
import { type OpenedProject, type OpenOptions, openProject } from '../open/index.ts';
import {
  datasetPlace,
  imageSource,
  readClassTitles,
  readMeanings,
  readNumbering,
  recordFault,
  rememberAnnotator,
  rememberedAnnotator,
  storeNumbering,
} from '../opened/index.ts';
import { OverviewReader } from '../overview/index.ts';
import type { ImportChoices } from '../predictions/index.ts';
import { type ModelRun, ProjectFile, type Sample } from '../project/index.ts';
import type { NewDecision } from '../review/index.ts';
import {
  AnnotatorDecisions,
  auditedIds,
  blindnessOf,
  ClassGuidelines,
  CurrentModel,
  type DecidedMany,
  drawOverviewAudit,
  type Neighbour,
  nearestImages,
  ReviewColumns,
  ReviewQueues,
  readBlindness,
  readRound,
  sampleDetail,
  seenDetail,
  writeBlindness,
  writeSelection,
} from '../review/index.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';
import type { ScanSetup } from '../scan/index.ts';
import { Team } from '../team/index.ts';
import { areFlagsOutdated, PairDoubts, type ReviewedPair, refreshFlags } from '../tune/index.ts';
import { Backups } from './backups.ts';
import type { FitChoices } from './fitJob.ts';
import { ModelJobs } from './modelJobs.ts';

interface WorkspaceEvents {
  job: [JobProgress];
  /** Counts, undo or the threshold. */
  change: [];
  /** Null for so many that a page asks for what it shows. */
  verdicts: [VerdictChange[] | null];
  /** A map is being made, or is made. */
  map: [];
  /** The model or the list of samples changed. */
  state: [];
}

/**
 * An open dataset: what hosts need of it, over its project file, its columns in memory, its jobs and its
 * decisions.
 */
export class Workspace extends EventEmitter<WorkspaceEvents> {
  readonly folder: string;
  readonly opened: OpenedProject;
  readonly classNames: string[];
  readonly guidelines: ClassGuidelines;
  readonly queues: ReviewQueues;
  readonly overview = new OverviewReader(this);
  readonly map = new MapOfImages(this, () => this.emit('map'));
  readonly team = new Team(this, () => this.#followTeam());
  readonly #backups: Backups;
  readonly #model: CurrentModel;
  readonly #columns: ReviewColumns;
  readonly #jobs: ModelJobs;
  #annotator: string;
  #decisions: AnnotatorDecisions;

  private constructor(opened: OpenedProject, model: CurrentModel, annotator: string) {
    super();
    const { project, folder } = opened;
    this.opened = opened;
    this.folder = folder;
    this.classNames = project.dataset.classes();
    this.guidelines = new ClassGuidelines(project, this.classNames);
    this.#backups = new Backups(project);
    this.#model = model;
    this.#annotator = this.#namedAnnotator() ?? annotator;
    this.#columns = new ReviewColumns(project, () => this.#annotator);
    this.queues = new ReviewQueues({
      project,
      columns: this.#columns,
      model,
      classCount: this.classNames.length,
      place: () => this.place,
      hidesSuggestion: () => this.blindness.suggestion,
    });
    this.#decisions = this.#decisionsOf();
    this.#jobs = new ModelJobs(
      { project, folder, model: this.#model, columns: this.#columns },
      {
        job: (job) => this.emit('job', job),
        counts: () => this.emit('change'),
        state: () => this.emit('state'),
      },
    );
  }

  /** @param annotator name used if the project has none yet */
  static async open(folder: string, annotator: string, options: OpenOptions = {}): Promise<Workspace> {
    const opened = await openProject(folder, options);
    try {
      const model = new CurrentModel(opened.project);
      const { run, translator } = model;
      if (run !== null && translator !== null && areFlagsOutdated(opened.project)) {
        await refreshFlags(opened.project, run, translator);
      }
      const workspace = new Workspace(opened, model, annotator);
      await workspace.#columns.readSummaries(workspace.#model.context, () => workspace.emit('change'));
      await workspace.#model.readTunedModel();
      if (options.classMapping !== undefined || options.numbering !== undefined)
        await workspace.mapClasses(options.classMapping ?? workspace.classMapping);
      return workspace;
    } catch (error) {
      opened.project.close();
      throw opened.project.explain(error);
    }
  }

  get index(): ReviewIndex {
    return this.#columns.index;
  }

  get run(): ModelRun | null {
    return this.#model.run;
  }

  get translator(): LabelTranslator | null {
    return this.#model.translator;
  }

  get annotator(): string {
    return this.#annotator;
  }

  set annotator(name: string) {
    this.introduce(name);
  }

  /** Sets the annotator and what they chose to hide: both are stored, or neither. */
  introduce(name: string, blindness?: Blindness): void {
    const { project } = this.opened;
    const before = this.#showsDependOnWho;
    project.transaction(() => {
      project.settings.write('annotator', name);
      if (blindness !== undefined) writeBlindness(project, blindness);
    });
    rememberAnnotator(name);
    this.#annotator = name;
    if (before || this.#showsDependOnWho || blindness !== undefined) this.#followTeam();
    else {
      this.#decisions = this.#decisionsOf();
      this.emit('state');
    }
  }

  get flaggedAt(): number {
    return this.#columns.index.flaggedAt;
  }

  /** Sets the threshold of the flags: suggestions, counts, the queue and exports follow. */
  set flaggedAt(score: number) {
    this.opened.project.flaggedAt = score;
    this.#columns.index.flaggedAt = score;
    this.emit('change');
  }

  /** Whether a person entered the annotator's name, here or for another dataset; until then it is a guess. */
  get annotatorKnown(): boolean {
    return this.#namedAnnotator() !== null;
  }

  /** What the annotator has chosen to hide. */
  get blindness(): Blindness {
    return readBlindness(this.opened.project);
  }

  set blindness(blindness: Blindness) {
    writeBlindness(this.opened.project, blindness);
    this.#columns.rebuild();
    this.emit('state');
  }

  /** What is hidden now: the annotator's choice, and during a round also the model's predictions. */
  get hidden(): Blindness {
    return blindnessOf(this.opened.project, this.#annotator);
  }

  get job(): JobProgress | null {
    return this.#jobs.progress;
  }

  /** A running job that would be stopped if the dataset were closed, in words; null if there is none. */
  get runningJob(): string | null {
    return this.#jobs.running;
  }

  get canUndo(): boolean {
    return this.#decisions.canUndo;
  }

  get canRedo(): boolean {
    return this.#decisions.canRedo;
  }

  get place(): Place | null {
    const { settings } = this.opened.project;
    return settings.read(this.#placeSetting, placeSchema) ?? settings.read('place', placeSchema); // of an older version
  }

  set place(place: Place) {
    this.opened.project.settings.write(this.#placeSetting, place);
  }

  get savedViews(): SavedView[] {
    return this.opened.project.settings.read('views', savedViewsSchema.shape.views) ?? [];
  }

  set savedViews(views: SavedView[]) {
    this.opened.project.settings.write('views', views);
  }

  /** How the classes are shown, by their index. */
  get classTitles(): readonly string[] {
    return this.translator?.titles ?? readClassTitles(this.opened.project);
  }

  get numbering(): string | null {
    return readNumbering(this.opened.project)?.id ?? null;
  }

  /** The meaning of each class, from all sources. */
  get meanings(): ClassMapping {
    return readMeanings(this.opened.project);
  }

  get classMapping(): ClassMapping {
    return this.#model.classMapping;
  }

  /**
   * Sets the meaning of the dataset's classes. Suggestions and flags are up to date when it resolves, unless
   * it was changed again meanwhile; decisions remain.
   * @param numbering the known numbering, `none` for no numbering; unchanged if omitted
   */
  async mapClasses(classMapping: ClassMapping, numbering?: string): Promise<void> {
    if (numbering !== undefined) storeNumbering(this.opened.project, numbering);
    this.#model.remap(this.classNames, classMapping);
    this.emit('state');
    await this.#jobs.followMapping();
  }

  counts(): ProjectCounts {
    return this.#columns.counts();
  }

  /** Where the picture of a sample is. */
  sourceOf(sample: Sample): ImageSource {
    return imageSource(datasetPlace(this.opened.project, this.folder), sample);
  }

  sample(id: number): Sample {
    const sample = this.opened.project.samples.byId(id);
    if (sample === null)
      throw new AppError('not-found', `there is no image with id ${id}`, 'Reload the queue.');
    return sample;
  }

  detail(id: number): SampleDetail {
    const detail = sampleDetail(this.opened.project, this.sample(id), this.classTitles, this.#model.context);
    const round = readRound(this.opened.project, this.#annotator);
    const seen = seenDetail(detail, this.hidden, this.#annotator, round);
    return this.index.rowOf(id) === undefined ? seen : { ...seen, ...this.index.decision(id) };
  }

  /** The images most similar to one, for the model, with their details. */
  async neighbours(id: number, count: number, signal: AbortSignal): Promise<SampleNeighbours> {
    this.sample(id);
    const { context } = this.#model;
    if (context === null || this.hidden.suggestion) return { neighbours: [], reviewed: [], exact: true };
    await this.#columns.anchorsRead;
    if (signal.aborted) return { neighbours: [], reviewed: [], exact: false };
    const { index } = this;
    const isReviewed = (sampleId: number) => (index.status[index.rowOf(sampleId) ?? -1] ?? 0) !== 0;
    const found = await nearestImages(this.opened.project, context, id, { count, isReviewed }, signal);
    const itemsOf = (neighbours: readonly Neighbour[]) =>
      neighbours.flatMap(({ sampleId, distance }) => {
        const row = this.index.rowOf(sampleId);
        return row === undefined ? [] : [{ ...this.index.item(row, DEFAULT_SCORE), distance }];
      });
    return { neighbours: itemsOf(found.neighbours), reviewed: itemsOf(found.reviewed), exact: found.exact };
  }

  /** Pairs of classes in which the model is in doubt, as the annotator may see them. */
  get doubts(): readonly ReviewedPair[] {
    return this.hidden.suggestion ? [] : this.#columns.doubts;
  }

  /** See AnnotatorDecisions. */
  decide(decision: NewDecision, reviewed?: ReviewedChoice): { changes: VerdictChange[]; skipped: number } {
    return this.#decisions.decide(decision, reviewed);
  }

  /** One verdict on many images of a queue, undone as one step. */
  decideInQueue(queueId: string, bulk: z.output<typeof bulkVerdictSchema>): DecidedMany {
    return this.#decisions.decideInQueue(queueId, bulk);
  }

  undo(requestId?: string): UndoneImages {
    return this.#decisions.undo(requestId);
  }

  redo(requestId?: string): UndoneImages {
    return this.#decisions.redo(requestId);
  }

  /** Draws a random sample of the images without a verdict: `show: 'audit'` lists it and those of rounds. */
  drawAudit(size: number, seed: number): void {
    const { project } = this.opened;
    drawOverviewAudit(project, this.index, size, seed);
    this.index.setAudit(auditedIds(project.audits.all()));
    this.emit('change');
  }

  /** Keeps a choice of images, which `show: 'selection'` lists until the next one. */
  select(sampleIds: readonly number[]): void {
    writeSelection(this.opened.project, sampleIds);
    this.index.setSelection(sampleIds);
    const { place } = this;
    // Another choice begins at its first image, not where the one before was left.
    if (place?.request.filter?.show === 'selection') this.place = { ...place, sampleId: null };
  }

  get exportSource(): ExportSource {
    const { classNames, translator, run, annotator } = this;
    const { others, suggestion } = this.hidden;
    const { project } = this.opened;
    const openRound = new Set(readRound(project, annotator)?.order);
    const seenBy = { annotator, ownOnly: others, withoutPredictions: suggestion, openRound };
    return { project, classNames, run, translator, held: PairDoubts.read(project), seenBy };
  }

  /**
   * What an export is made from, frozen: decisions made while it is written are not in it. Waits for a running import of
   * decisions. The caller closes it.
   */
  async exportSnapshot(): Promise<{ source: ExportSource; close: () => void }> {
    await this.team.idle();
    const project = ProjectFile.openSnapshot(this.opened.project.path);
    const source = { ...this.exportSource, project, held: PairDoubts.read(project) };
    return { source, close: () => project.close() };
  }

  /** See ModelJobs: resolves when the model runs, with a promise of the scan's end. */
  startScan(setup: ScanSetup): Promise<{ finished: Promise<JobProgress> }> {
    return this.#jobs.startScan(setup);
  }

  pauseScan(): void {
    this.#jobs.pauseScan();
  }

  resumeScan(): void {
    this.#jobs.resumeScan();
  }

  /** Stops the scan, or the fit after it. */
  cancelScan(): void {
    this.#jobs.cancel();
  }

  /** See ModelJobs: replaces the current predictions by those of the user's own model. */
  importPredictions(
    file: string,
    choices: ImportChoices = {},
    setup: FitChoices = {},
  ): Promise<{ report: PredictionReport; finished: Promise<void> }> {
    return this.#jobs.importPredictions(file, choices, setup);
  }

  /** Learns from the dataset's own labels, unless these labels were learned from already. */
  fitLabels(setup: FitChoices): Promise<void> {
    return this.#jobs.fit(setup);
  }

  /** Releases the project and its lock even if an earlier step fails, usually because the disk is full. */
  async close(): Promise<void> {
    const parts = [this.#jobs, this.#columns, this.#backups, this.map];
    try {
      for (const part of parts) await part.close().catch(recordFault);
    } finally {
      this.opened.project.close();
      this.removeAllListeners();
    }
  }

  /** Whether the view depends on the annotator. */
  get #showsDependOnWho(): boolean {
    const { project } = this.opened;
    const isAssigned = project.shares.annotators().length > 0;
    return this.blindness.others || isAssigned || readRound(project, this.#annotator) !== null;
  }

  /** Each annotator's place is their own. */
  get #placeSetting(): string {
    return `place of ${this.#annotator}`;
  }

  #namedAnnotator(): string | null {
    return this.opened.project.settings.read('annotator', z.string()) ?? rememberedAnnotator();
  }

  /** The annotator or their images have changed, or decisions were imported. */
  #followTeam(): void {
    this.#decisions = this.#decisionsOf();
    this.#columns.rebuild();
    this.emit('verdicts', null);
    this.emit('state');
    this.emit('change');
  }

  #decisionsOf(): AnnotatorDecisions {
    const { opened, annotator } = this;
    const source = {
      project: opened.project,
      columns: this.#columns,
      snapshots: this.queues.snapshots,
      annotator,
    };
    return new AnnotatorDecisions(source, (changes) => {
      if (changes.length > 0) {
        this.#backups.noteVerdict();
        this.#jobs.teach();
      }
      this.emit('verdicts', changes);
      this.emit('change');
      if (this.#columns.changesDoubts(changes)) this.emit('state');
    });
  }
}
