import type { AppState, DatasetClass, JobProgress, ProjectCounts, ProjectSummary } from '../../shared/api.ts';
import type { MapState } from '../../shared/map.ts';
import type { Blindness, VerdictChange } from '../../shared/review.ts';
import { ApiFailure, api, failureOf, type ScanAction } from '../api.ts';
import { openingApi } from '../openingApi.ts';
import { type Connection, listenToEvents } from './events.ts';
import { usePictureVersion } from './pictureAddresses.svelte.ts';

const NO_CLASSES: DatasetClass[] = [];

export interface SessionEvents {
  /** Another project, or this one scanned anew. */
  onProject(): void;
  onCounts(counts: ProjectCounts): void;
  /** Verdicts given in any window; null for very many. */
  onVerdicts(changes: VerdictChange[] | null): void;
  /** A job has ended, well or not. */
  onJobEnded(job: JobProgress): void;
  onReconnect(): void;
}

/** The open project as the core last told of it, the running job, and whether the core can be reached. */
export class Session {
  #state = $state.raw<AppState | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  #map = $state.raw<MapState | null>(null);
  #connection = $state<Connection>('connecting');
  #notice = $state.raw<ApiFailure | null>(null);
  readonly #events: SessionEvents;
  #wantedThreshold: number | null = null;
  #tellingThreshold: Promise<void> | null = null;
  #settingBlindness: Promise<void> = Promise.resolve();
  #replacements = 0;

  constructor(events: SessionEvents) {
    this.#events = events;
  }

  get loaded(): boolean {
    return this.#state !== null;
  }

  get state(): AppState | null {
    return this.#state;
  }

  /** Who has read the images, in words. */
  get readBy(): string {
    const model = this.project?.model;
    return model?.provider === null ? model.name : 'GReFEL';
  }

  get project(): ProjectSummary | null {
    return this.#state?.project ?? null;
  }

  get job(): JobProgress | null {
    return this.#state?.job ?? null;
  }

  /** Images are being read, or faces looked for in them. */
  get isReading(): boolean {
    return (this.job?.kind === 'scan' || this.job?.kind === 'faces') && this.job.state === 'running';
  }

  get classes(): DatasetClass[] {
    return this.project?.classes ?? NO_CLASSES;
  }

  /** Why the first load did not succeed. */
  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** What went wrong with a request that the page goes on without. */
  get notice(): ApiFailure | null {
    return this.#notice;
  }

  /** The map's making as the core last told of it; null before it has. */
  get map(): MapState | null {
    return this.#map;
  }

  get connection(): Connection {
    return this.#connection;
  }

  classAt(index: number | null): DatasetClass | null {
    return index === null ? null : (this.classes[index] ?? null);
  }

  listen(): () => void {
    return listenToEvents({
      job: (job) => this.#setJob(job),
      counts: (counts) => {
        this.applyCounts(counts);
        this.#events.onCounts(counts);
      },
      verdicts: (changes) => this.#events.onVerdicts(changes),
      state: () => void this.load(),
      map: (map) => this.applyMap(map),
      refused: () => void this.load(),
      connection: (connection) => {
        const returned = this.#connection === 'lost' && connection === 'live';
        this.#connection = connection;
        if (returned) void this.load().then(() => this.#events.onReconnect());
      },
    });
  }

  async load(): Promise<void> {
    try {
      let state: AppState;
      let replacements: number;
      do {
        replacements = this.#replacements;
        state = await api.state();
      } while (replacements !== this.#replacements); // overtaken by the answer to a change: it may tell of before
      this.#replace(state);
    } catch (error) {
      this.#failure = failureOf(error);
    }
  }

  /** Takes the state that the core answered a change with. */
  replaceState(state: AppState): void {
    this.#replace(state);
  }

  /** Looks through the folder of a large project for what has changed. */
  async relist(): Promise<void> {
    if (!this.project) return;
    try {
      this.#replace(await openingApi.openProject({ folder: this.project.folder, relist: true }));
    } catch (error) {
      this.#notice = failureOf(error);
    }
  }

  async scan(action: ScanAction): Promise<void> {
    try {
      const before = this.job;
      const { job } = await api.scan(action);
      this.#notice = null;
      // A short scan may have ended before the answer that it was begun: what came meanwhile is newer.
      if (this.job === before) this.#changeState({ job });
    } catch (error) {
      this.#notice = failureOf(error);
    }
  }

  async setAnnotator(name: string, blindness?: Blindness): Promise<void> {
    this.#replace(await api.setAnnotator(name, blindness));
  }

  /**
   * Changes what is hidden from the present annotator, whose name stays a guess if it is one. One change after
   * the other, each of what the one before it left: two quick switches would else undo each other.
   */
  setBlindness(change: Partial<Blindness>): Promise<void> {
    const set = this.#settingBlindness.then(async () => {
      const { project } = this;
      if (project) this.#replace(await api.setBlindness({ ...project.blindness, ...change }));
    });
    this.#settingBlindness = set.catch(() => undefined);
    return set;
  }

  /** Labels are flagged from this probability on. While one is being told, the last of the others waits. */
  async setThreshold(flaggedAt: number): Promise<void> {
    this.#changeProject({ flaggedAt });
    this.#wantedThreshold = flaggedAt;
    this.#tellingThreshold ??= this.#tellThreshold().finally(() => {
      this.#tellingThreshold = null;
    });
    await this.#tellingThreshold;
  }

  async #tellThreshold(): Promise<void> {
    try {
      while (this.#wantedThreshold !== null) {
        const flaggedAt = this.#wantedThreshold;
        this.#wantedThreshold = null;
        this.applyCounts(await api.setThreshold(flaggedAt));
      }
    } catch (error) {
      this.#notice = failureOf(error);
    }
  }

  dismissNotice(): void {
    this.#notice = null;
  }

  applyCounts(counts: ProjectCounts): void {
    this.#changeProject({ counts });
  }

  applyMap(map: MapState): void {
    this.#map = map;
  }

  applyUndo(undo: { canUndo: boolean; canRedo: boolean }): void {
    this.#changeProject({ canUndo: undo.canUndo, canRedo: undo.canRedo });
  }

  #replace(state: AppState): void {
    const before = this.project;
    this.#replacements++;
    this.#state = state;
    this.#failure = null;
    const after = state.project;
    // Only what makes another queue: progress and counts come by their own events.
    const isOther =
      before?.projectFile !== after?.projectFile ||
      before?.counts.images !== after?.counts.images ||
      before?.pictureVersion !== after?.pictureVersion;
    usePictureVersion(after?.pictureVersion ?? 0);
    if (isOther) this.#events.onProject();
  }

  #setJob(job: JobProgress): void {
    const ended = this.job?.state !== job.state && job.state !== 'running' && job.state !== 'paused';
    this.#changeState({ job });
    if (!ended) return;
    if (job.error) this.#notice = new ApiFailure(job.error.code, job.error.message, job.error.hint);
    this.#events.onJobEnded(job);
  }

  #changeState(change: Partial<AppState>): void {
    if (this.#state) this.#state = { ...this.#state, ...change };
  }

  #changeProject(change: Partial<ProjectSummary>): void {
    if (this.#state?.project) {
      this.#state = { ...this.#state, project: { ...this.#state.project, ...change } };
    }
  }
}
