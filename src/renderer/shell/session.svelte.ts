import type { ScanChoice } from '../../domain/model.ts';
import type {
  ApiError,
  AppState,
  DatasetClass,
  JobProgress,
  ProjectChange,
  ProjectCounts,
  ProjectSummary,
  StateAnswer,
} from '../../protocol/api.ts';
import type { MapState } from '../../protocol/map.ts';
import type { Blindness, VerdictChange } from '../../protocol/review.ts';
import type { Revised, Revision } from '../../protocol/revision.ts';
import { api, type ScanAction } from '../client/api.ts';
import { announceReturn } from '../client/coreReturn.ts';
import { CoreState } from '../client/coreState.svelte.ts';
import { type Connection, type CoreListeners, listenToEvents } from '../client/events.ts';
import { ApiFailure, failureOf } from '../client/failure.ts';
import { LatestOnly } from '../client/latestOnly.ts';
import { openedDataset } from '../client/openedDataset.svelte.ts';
import { openingApi } from '../client/openingApi.ts';
import { usePictureVersion } from '../client/pictureAddresses.svelte.ts';
import { LostDecisions } from './lostDecisions.svelte.ts';

const NO_CLASSES: DatasetClass[] = [];

export interface SessionEvents {
  /**
   * Another dataset is open than before, or none: nothing about the previous one applies. `onProject`
   * follows.
   */
  onDataset(): void;
  /** Another project, or this one scanned again. */
  onProject(): void;
  onCounts(counts: ProjectCounts): void;
  /** Wrong-label probabilities were learned again from the labels. */
  onFitted(): void;
  /** Verdicts given in any window; null for very many. */
  onVerdicts(changes: VerdictChange[] | null, revision: Revision): void;
  /** A job has ended, well or not. */
  onJobEnded(job: JobProgress): void;
  onReconnect(): void;
}

/** The open project as last reported by the core, the running job, and whether the core can be reached. */
export class Session {
  readonly lost = new LostDecisions();
  readonly #core = new CoreState();
  readonly #loads = new LatestOnly();
  #failure = $state.raw<ApiFailure | null>(null);
  #connection = $state<Connection>('connecting');
  #notice = $state.raw<ApiFailure | null>(null);
  readonly #events: SessionEvents;
  /** Requests that the core has not received, or not answered yet. */
  #wantedThreshold = $state<number | null>(null);
  /** Counts the datasets that were on the screen. */
  #dataset = $state(0);
  #sendingThreshold: Promise<void> | null = null;
  #settingBlindness: Promise<void> = Promise.resolve();

  readonly project = $derived.by((): ProjectSummary | null => {
    const project = this.state?.project ?? null;
    return project && { ...project, flaggedAt: this.#wantedThreshold ?? project.flaggedAt };
  });

  /** The same list until it changes: not a new one with each count. */
  readonly classes = $derived(this.project?.classes ?? NO_CLASSES);

  constructor(events: SessionEvents) {
    this.#events = events;
  }

  /** Changes with the dataset on the screen: everything about a dataset is created again for the next. */
  get dataset(): number {
    return this.#dataset;
  }

  get loaded(): boolean {
    return this.state !== null;
  }

  get state(): AppState | null {
    return this.#core.state;
  }

  /** The model of the predictions, in words. */
  get readBy(): string {
    const model = this.project?.model;
    return model?.provider === null ? model.name : 'GReFEL';
  }

  get job(): JobProgress | null {
    return this.state?.job ?? null;
  }

  /** The dataset that is open is the one to try the program on. */
  get onSample(): boolean {
    return this.project !== null && this.project.folder === this.state?.sample;
  }

  /** Images are being scanned, or searched for faces. */
  get isScanning(): boolean {
    return (this.job?.kind === 'scan' || this.job?.kind === 'faces') && this.job.state === 'running';
  }

  /** The images are scanned, and learning from their labels is in progress or about to begin. */
  get isLearning(): boolean {
    const { job, project } = this;
    if (job?.kind === 'fit' && job.state === 'running') return true;
    // A fit follows every scan, and is reported a moment after the scan has ended.
    const follows = job?.kind === 'scan' || job?.kind === 'predictions' || job?.kind === 'fit';
    return follows && job.state === 'done' && project?.fittedAt === null && project.counts.scanned > 0;
  }

  /** Why nothing could be learned from the labels after the last scan; null if it could, or is being tried. */
  get learningFailure(): ApiError | null {
    const { job } = this;
    return job?.kind === 'fit' && job.state === 'failed' ? job.error : null;
  }

  /** Why the first load did not succeed. */
  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** Failure of a request that the page can do without. */
  get notice(): ApiFailure | null {
    return this.#notice;
  }

  /** Progress of the map as last reported by the core; null before that. */
  get map(): MapState | null {
    return this.#core.map;
  }

  get connection(): Connection {
    return this.#connection;
  }

  classAt(index: number | null): DatasetClass | null {
    return index === null ? null : (this.classes[index] ?? null);
  }

  listen(): () => void {
    const listeners: CoreListeners = {
      job: (job, revision) => this.#follow(() => this.#core.takeJob(job, revision)),
      change: (change, revision) => {
        this.takeChange({ ...change, revision });
        if (this.#core.isOfOpening(revision)) this.#events.onCounts(change.counts);
      },
      verdicts: (changes, revision) => {
        // Of another dataset they would be taken for verdicts on the images of this one.
        if (this.#core.isOfOpening(revision)) this.#events.onVerdicts(changes, revision);
      },
      state: () => void this.load(),
      map: (map, revision) => this.takeMap({ ...map, revision }),
    };
    return listenToEvents(listeners, {
      refused: () => void this.load(),
      connection: (connection) => {
        const returned = this.#connection === 'lost' && connection === 'live';
        this.#connection = connection;
        if (returned) void this.#return();
        else if (connection === 'live') announceReturn();
      },
    });
  }

  async load(): Promise<void> {
    const isLast = this.#loads.begin();
    try {
      this.takeState(await api.state());
    } catch (error) {
      if (isLast()) this.#failure = failureOf(error);
    }
  }

  /** The core is back, perhaps as another process: its state is loaded before anything else. */
  async #return(): Promise<void> {
    await this.load();
    announceReturn();
    this.#events.onReconnect();
  }

  /** Lists the folder of a large project again, to find changes. */
  async relist(): Promise<void> {
    if (!this.project) return;
    try {
      this.takeState(await openingApi.openProject({ folder: this.project.folder, relist: true }));
    } catch (error) {
      this.#notice = failureOf(error);
    }
  }

  async scan(action: ScanAction, scanChoice?: ScanChoice): Promise<void> {
    try {
      const { job, revision } = await api.scan(action, scanChoice);
      this.#notice = null;
      this.#follow(() => this.#core.takeJob(job, revision));
    } catch (error) {
      this.#notice = failureOf(error);
    }
  }

  async setAnnotator(name: string, blindness?: Blindness): Promise<void> {
    this.takeState(await api.setAnnotator(name, blindness));
  }

  /**
   * Changes what is hidden from the current annotator, whose name stays a guess if it is one. One change
   * after the other, each based on the result of the one before: else two quick switches would undo each
   * other.
   */
  setBlindness(change: Partial<Blindness>): Promise<void> {
    const { opening } = openedDataset;
    const set = this.#settingBlindness.then(async () => {
      const { project } = this;
      if (project && openedDataset.nowOf(opening) !== null)
        this.takeState(await api.setBlindness({ ...project.blindness, ...change }));
    });
    this.#settingBlindness = set.catch(() => undefined);
    return set;
  }

  /** The threshold of the flags. While one value is being sent, the latest of the others waits. */
  async setThreshold(flaggedAt: number): Promise<void> {
    this.#wantedThreshold = flaggedAt;
    this.#sendingThreshold ??= this.#sendThreshold();
    await this.#sendingThreshold;
  }

  async #sendThreshold(): Promise<void> {
    const dataset = this.#dataset;
    try {
      let sent: number | null = null;
      while (dataset === this.#dataset && this.#wantedThreshold !== sent) {
        sent = this.#wantedThreshold;
        if (sent !== null) this.takeChange(await api.setThreshold(sent));
      }
    } catch (error) {
      this.#notice = failureOf(error);
    } finally {
      if (dataset === this.#dataset) this.#forgetThreshold();
    }
  }

  #forgetThreshold(): void {
    this.#wantedThreshold = null;
    this.#sendingThreshold = null;
  }

  dismissNotice(): void {
    this.#notice = null;
  }

  /** Takes a complete state from the core, if it is news. */
  takeState(answer: StateAnswer): void {
    const before = this.project?.fittedAt;
    this.#follow(() => {
      const news = this.#core.take(answer);
      if (news === 'none') return;
      this.#failure = null;
      const isAnother = news === 'another dataset';
      openedDataset.use(answer.revision.opening, !isAnother);
      usePictureVersion(answer.project?.pictureVersion ?? 0);
      if (isAnother) {
        this.#dataset++;
        this.#forgetThreshold();
        this.#events.onDataset();
      }
      // Progress and counts make no other queue.
      if (isAnother || news === 'other images') this.#events.onProject();
      else if (this.project?.fittedAt !== before) this.#events.onFitted();
    });
  }

  /** Takes a change of the project from the core, if it is news. */
  takeChange({ counts, canUndo, canRedo, flaggedAt, revision }: Revised<ProjectChange>): void {
    this.#core.takeChange({ counts, canUndo, canRedo, flaggedAt }, revision);
  }

  takeMap({ revision, ...map }: Revised<MapState>): void {
    this.#core.takeMap(map, revision);
  }

  /** Takes a report on a job, and announces if one has ended. */
  #follow(take: () => void): void {
    const { loaded, job: before } = this;
    take();
    const { job } = this;
    const isStuck = job?.state === 'paused' && job.error !== null && before?.state !== 'paused';
    if (loaded && isStuck) this.#showError(job.error);
    const ended = job !== null && job.state !== 'running' && job.state !== 'paused';
    if (!loaded || !ended || job.state === before?.state) return;
    this.#showError(job.error);
    this.#events.onJobEnded(job);
  }

  #showError(error: ApiError | null): void {
    if (error !== null) this.#notice = new ApiFailure(error.code, error.message, error.hint);
  }
}
