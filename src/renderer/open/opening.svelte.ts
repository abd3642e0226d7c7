import type { ClassMapping } from '../../domain/classSpace.ts';
import { DEFAULT_FACES, type FaceChoice } from '../../domain/faces.ts';
import type { ScanChoice } from '../../domain/model.ts';
import { NO_NUMBERING } from '../../domain/numberings.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import type {
  ChoosableTable,
  FacesGlance,
  FolderInspection,
  OpenRequest,
  RecentFolder,
  ScanPace,
} from '../../protocol/opening.ts';
import { type ApiFailure, failureOf } from '../client/failure.ts';
import { LatestOnly, OVERTAKEN } from '../client/latestOnly.ts';
import { openingApi } from '../client/openingApi.ts';
import type { Session } from '../shell/session.svelte.ts';
import { mappedClasses } from './mappedClasses.ts';
import { LARGE_FOLDER } from './scanTime.ts';

/** What is in progress while opening. */
type OpeningStep = 'looking' | 'importing' | null;

/** A folder on its way to being open: chosen, inspected, corrected, confirmed. Nothing is imported before. */
export class Opening {
  #recent = $state.raw<RecentFolder[]>([]);
  #inspection = $state.raw<FolderInspection | null>(null);
  #tables = $state.raw<ChoosableTable[] | null>(null);
  #mapping = $state.raw<ClassMapping>(wordRecord());
  /** Of a known dataset, giving the classes their meaning; null for none. */
  #numbering = $state<string | null>(null);
  /** The user's choice of layout: undefined for none, empty to detect it again. */
  #layout = $state.raw<Record<string, string> | undefined>(undefined);
  #faces = $state<FaceChoice>(DEFAULT_FACES);
  /** Undefined for the earlier choice. */
  #followLinks = $state<boolean | undefined>(undefined);
  #scanChoice = $state.raw<ScanChoice>({});
  #glance = $state.raw<FacesGlance | null>(null);
  #pace = $state.raw<ScanPace | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  /** The job to stop before a folder can be opened, while the user is asked. */
  #question = $state.raw<{ failure: ApiFailure; answer: (stop: boolean) => void } | null>(null);
  /** The core's task when it failed. */
  #refused: OpenRequest | null = null;
  #step = $state<OpeningStep>(null);
  #folder = $state('');
  /** Where the inspected dataset was before, if the user has said so. */
  #movedFrom: string | undefined;
  readonly #session: Session;
  readonly #looks = new LatestOnly();
  readonly #paces = new LatestOnly();

  constructor(session: Session) {
    this.#session = session;
  }

  get recent(): RecentFolder[] {
    return this.#recent;
  }

  /** The content of the chosen folder; null until one was inspected. */
  get inspection(): FolderInspection | null {
    return this.#inspection;
  }

  /** Null until they are asked for. */
  get tables(): ChoosableTable[] | null {
    return this.#tables;
  }

  /** Which part of an image is the face. */
  get faces(): FaceChoice {
    return this.#faces;
  }

  /** How to predict the images, if not by default. */
  get scanChoice(): ScanChoice {
    return this.#scanChoice;
  }

  /** The faces in a few images; null until they were searched, and if that is not needed. */
  get glance(): FacesGlance | null {
    return this.#glance;
  }

  /** How fast this machine scans the images; null until it was measured, and for a folder that is soon scanned. */
  get pace(): ScanPace | null {
    return this.#pace;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  get step(): OpeningStep {
    return this.#step;
  }

  /** The folder that is, or was last, inspected. */
  get folder(): string {
    return this.#folder;
  }

  /** Id of the known numbering that gives the classes their meaning; null for none. */
  get numbering(): string | null {
    return this.#numbering;
  }

  /** The classes of the folder with their meaning: set by the user, by a numbering, by their names. */
  readonly classes = $derived(mappedClasses(this.#inspection, this.#mapping, this.#numbering));

  async loadRecent(): Promise<void> {
    try {
      this.#recent = (await openingApi.recent()).recent;
    } catch {
      // The list is a convenience; the connection's own message describes the problem.
    }
  }

  async forget(folder: string): Promise<void> {
    this.#recent = (await openingApi.forget(folder)).recent;
  }

  /** The job that opening a folder would stop; null while nothing is asked. */
  get question(): ApiFailure | null {
    return this.#question?.failure ?? null;
  }

  /** @param stop the running job may be stopped, so that the folder can be opened */
  answer(stop: boolean): void {
    const asked = this.#question;
    this.#question = null;
    asked?.answer(stop);
  }

  /**
   * Inspects a folder. One that has a project was confirmed before: it is opened at once.
   * @param movedFrom where the dataset was before, if the user has said so
   */
  async choose(folder: string, movedFrom?: string): Promise<'opened' | 'looked' | 'failed'> {
    this.#movedFrom = movedFrom;
    const inspection = await this.#look(folder, undefined);
    if (inspection === null) return 'failed';
    if (inspection.project === null || inspection.project.movedFrom !== null) return 'looked';
    return (await this.#open({ folder: inspection.folder })) ? 'opened' : 'failed';
  }

  /** The layout is not the guessed one. */
  get isLayoutChosen(): boolean {
    return Object.keys(this.#layout ?? {}).length > 0;
  }

  /** Inspects a folder that has a project, to read it in another way. */
  async lookAgain(folder: string): Promise<void> {
    await this.#look(folder, undefined);
  }

  async guessLayout(): Promise<void> {
    if ((await this.#look(this.#folder, {})) !== null) this.#layout = {};
  }

  /** Inspects the folder again, with the user's choices. */
  async chooseLayout(layout: Record<string, string>): Promise<void> {
    const inspection = await this.#look(this.#folder, layout);
    if (inspection !== null) this.#layout = inspection.layout.options;
  }

  /** Inspects the folder again, with the files that its links lead to, or without them. */
  async chooseLinks(follow: boolean): Promise<void> {
    const before = this.#followLinks;
    this.#followLinks = follow;
    const inspection = await this.#look(this.#folder, this.#layout ?? this.#inspection?.layout.options, true);
    if (inspection === null) this.#followLinks = before;
  }

  async loadTables(): Promise<void> {
    const id = this.#inspection?.id;
    if (id === undefined || this.#tables !== null) return;
    try {
      const { tables } = await openingApi.tables(id);
      if (this.#inspection?.id === id) this.#tables = tables;
    } catch (error) {
      this.#failure = failureOf(error);
    }
  }

  chooseFaces(faces: FaceChoice): void {
    this.#faces = faces;
  }

  chooseScan(scanChoice: ScanChoice): void {
    this.#scanChoice = scanChoice;
    void this.#measurePace();
  }

  /**
   * Gives the classes the meaning of a known numbering, `none` for no numbering. It replaces the meaning of
   * single classes.
   */
  chooseNumbering(id: string): void {
    this.#numbering = id === NO_NUMBERING ? null : id;
    const covered =
      this.#inspection?.numberings.find((offered) => offered.id === id)?.meanings ?? wordRecord();
    this.#mapping = wordRecord(
      Object.entries(this.#mapping).filter(([name]) => !Object.hasOwn(covered, name)),
    );
  }

  /** @param target undefined takes the guess again */
  mapClass(className: string, target: string | null | undefined): void {
    const others = Object.entries(this.#mapping).filter(([name]) => name !== className);
    this.#mapping = wordRecord(target === undefined ? others : [...others, [className, target]]);
  }

  /** Imports the folder with the choices on the screen. */
  async confirm(): Promise<boolean> {
    const inspection = this.#inspection;
    if (inspection === null) return false;
    return this.#open({
      folder: inspection.folder,
      // It gets a project of its own, next to that of a dataset that was moved here.
      ...(inspection.project?.movedFrom ? { relink: false } : {}),
      classMapping: this.#mapping,
      ...(this.#numbering === inspection.numbering ? {} : { numbering: this.#numbering ?? NO_NUMBERING }),
      ...(this.#faces === inspection.faces ? {} : { faces: this.#faces }),
      ...(this.#layout === undefined ? {} : { layout: this.#layout }),
      ...(this.#followLinks === undefined ? {} : { followLinks: this.#followLinks }),
    });
  }

  /** Takes over the project of the dataset that was moved to the folder on the screen, with all that was decided and chosen. */
  async relink(): Promise<boolean> {
    const { folder, project } = this.#inspection ?? {};
    if (folder === undefined || !project?.movedFrom) return false;
    return this.#open({ folder, relink: true, movedFrom: project.movedFrom });
  }

  /** Opens a folder, or a project file, without asking. */
  async openAtOnce(folder: string): Promise<boolean> {
    return this.#open({ folder });
  }

  /** Opens the backup of the project that was found damaged. */
  async openBackup(): Promise<boolean> {
    return this.#refused !== null && this.#open({ ...this.#refused, restore: true });
  }

  /** Back to choosing a folder. */
  leave(): void {
    this.#movedFrom = undefined;
    this.#looks.end();
    this.#step = null;
    this.#forgetLook();
  }

  async #open(request: OpenRequest): Promise<boolean> {
    this.#refused = request;
    this.#step = 'importing';
    this.#failure = null;
    try {
      this.#session.takeState(await openingApi.openProject(request));
      this.#forgetLook();
      return true;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'job-running' && (await this.#mayStop(failure)))
        return this.#open({ ...request, stopJob: true });
      this.#failure = failure.code === 'job-running' ? null : failure;
      return false;
    } finally {
      this.#step = null;
    }
  }

  #mayStop(failure: ApiFailure): Promise<boolean> {
    this.#step = null;
    this.answer(false); // to an earlier request
    return new Promise((answer) => {
      this.#question = { failure, answer };
    });
  }

  async #look(
    folder: string,
    layout: Record<string, string> | undefined,
    keepsLinks = layout !== undefined,
  ): Promise<FolderInspection | null> {
    this.#step = 'looking';
    this.#failure = null;
    this.#folder = folder;
    if (!keepsLinks) this.#followLinks = undefined;
    const followLinks = this.#followLinks;
    try {
      const request = {
        folder,
        ...(layout === undefined ? {} : { layout }),
        ...(followLinks === undefined ? {} : { followLinks }),
        ...(this.#movedFrom === undefined ? {} : { movedFrom: this.#movedFrom }),
      };
      const inspection = await this.#looks.ask(() => openingApi.inspect(request));
      if (inspection === OVERTAKEN) return null;
      this.#step = null;
      if (layout === undefined) this.#forgetLook();
      this.#followLinks = followLinks;
      this.#show(inspection);
      return inspection;
    } catch (error) {
      this.#step = null;
      this.#failure = failureOf(error);
      return null;
    }
  }

  #show(inspection: FolderInspection): void {
    const names = new Set(inspection.classes.map(({ name }) => name));
    const mappedBefore = inspection.classes
      .filter(({ mapped }) => mapped)
      .map(({ name, modelClasses }) => [name, modelClasses[0] ?? null] as const);
    const mappedNow = Object.entries(this.#mapping).filter(([name]) => names.has(name));
    this.#mapping = wordRecord([...mappedBefore, ...mappedNow]);
    if (this.#inspection?.folder !== inspection.folder) this.#faces = inspection.faces;
    this.#numbering = inspection.numbering;
    this.#inspection = inspection;
    this.#folder = inspection.folder;
    void this.#glanceAtFaces(inspection);
    void this.#measurePace();
  }

  /** Only a hint: nothing waits for it. */
  async #measurePace(): Promise<void> {
    const inspection = this.#inspection;
    this.#pace = null;
    this.#paces.end();
    if (inspection === null || inspection.model === null || inspection.layout.images < LARGE_FOLDER) return;
    try {
      const answer = await this.#paces.ask(() => openingApi.pace(inspection.id, this.#scanChoice));
      if (answer !== OVERTAKEN && this.#inspection?.id === inspection.id) this.#pace = answer.pace;
    } catch {
      // A scan reports what is wrong with the model.
    }
  }

  /** Only a hint: nothing waits for it. */
  async #glanceAtFaces({ id, boxes, layout }: FolderInspection): Promise<void> {
    this.#glance = null;
    if (boxes >= layout.images) return;
    try {
      const glance = await openingApi.glanceAtFaces(id);
      if (this.#inspection?.id === id) this.#glance = glance;
    } catch {
      // Without the detector there is no hint; a scan that needs it reports the problem.
    }
  }

  #forgetLook(): void {
    this.#inspection = null;
    this.#glance = null;
    this.#pace = null;
    this.#tables = null;
    this.#mapping = {};
    this.#scanChoice = {};
    this.#layout = undefined;
    this.#followLinks = undefined;
    this.#failure = null;
  }
}
