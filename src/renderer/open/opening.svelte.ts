import type { ClassMapping } from '../../domain/classSpace.ts';
import { DEFAULT_FACES, type FaceChoice } from '../../domain/faces.ts';
import type { ReadingChoice } from '../../domain/model.ts';
import { NO_NUMBERING } from '../../domain/numberings.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import type {
  ChoosableTable,
  FacesGlance,
  FolderInspection,
  OpenRequest,
  RecentFolder,
} from '../../protocol/opening.ts';
import { type ApiFailure, failureOf } from '../client/api.ts';
import { openingApi } from '../client/openingApi.ts';
import { OVERTAKEN, Turns } from '../client/turns.ts';
import type { Session } from '../shell/session.svelte.ts';
import { mappedClasses } from './mappedClasses.ts';

/** What the opening is busy with. */
export type OpeningStep = 'looking' | 'importing' | null;

/** A folder on its way to being open: chosen, looked at, corrected, confirmed. Nothing is imported before. */
export class Opening {
  #recent = $state.raw<RecentFolder[]>([]);
  #inspection = $state.raw<FolderInspection | null>(null);
  #tables = $state.raw<ChoosableTable[] | null>(null);
  #mapping = $state.raw<ClassMapping>(wordRecord());
  /** Of a known dataset, by which the classes are read; null for none. */
  #numbering = $state<string | null>(null);
  /** What the user says of the layout: undefined for nothing, empty to guess it anew. */
  #layout = $state.raw<Record<string, string> | undefined>(undefined);
  #faces = $state<FaceChoice>(DEFAULT_FACES);
  /** Undefined for what was said before. */
  #followLinks = $state<boolean | undefined>(undefined);
  #reading = $state.raw<ReadingChoice>({});
  #glance = $state.raw<FacesGlance | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  /** What is to be stopped before a folder can be opened, while the user is asked. */
  #question = $state.raw<{ failure: ApiFailure; answer: (stop: boolean) => void } | null>(null);
  /** What the core was asked to open when it failed. */
  #refused: OpenRequest | null = null;
  #step = $state<OpeningStep>(null);
  #folder = $state('');
  /** Where the dataset was that is looked at, where the user has said so. */
  #movedFrom: string | undefined;
  readonly #session: Session;
  readonly #looks = new Turns();

  constructor(session: Session) {
    this.#session = session;
  }

  get recent(): RecentFolder[] {
    return this.#recent;
  }

  /** What the chosen folder holds; null until one was looked at. */
  get inspection(): FolderInspection | null {
    return this.#inspection;
  }

  /** Null until they are asked for. */
  get tables(): ChoosableTable[] | null {
    return this.#tables;
  }

  /** What of an image is the face. */
  get faces(): FaceChoice {
    return this.#faces;
  }

  /** How the images are to be read, where that is not as it would be. */
  get reading(): ReadingChoice {
    return this.#reading;
  }

  /** What a few images show; null until they were looked at, and where there is no need. */
  get glance(): FacesGlance | null {
    return this.#glance;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  get step(): OpeningStep {
    return this.#step;
  }

  /** The folder that is looked at, or was last. */
  get folder(): string {
    return this.#folder;
  }

  /** Id of the known numbering by which the classes are read; null for none. */
  get numbering(): string | null {
    return this.#numbering;
  }

  /** The classes of the folder with all that is said of them: by the user, by a numbering, by their names. */
  readonly classes = $derived(mappedClasses(this.#inspection, this.#mapping, this.#numbering));

  async loadRecent(): Promise<void> {
    try {
      this.#recent = (await openingApi.recent()).recent;
    } catch {
      // The list is a convenience; the connection's own message says what is wrong.
    }
  }

  async forget(folder: string): Promise<void> {
    this.#recent = (await openingApi.forget(folder)).recent;
  }

  /** What would be stopped by opening a folder; null while nothing is asked. */
  get question(): ApiFailure | null {
    return this.#question?.failure ?? null;
  }

  /** @param stop what runs is to be stopped, so that the folder can be opened */
  answer(stop: boolean): void {
    const asked = this.#question;
    this.#question = null;
    asked?.answer(stop);
  }

  /**
   * Looks at a folder. One that has a project was confirmed before: it is opened at once.
   * @param movedFrom where the dataset was before, where the user has said so
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

  /** Looks at a folder that has a project, to read it otherwise. */
  async lookAgain(folder: string): Promise<void> {
    await this.#look(folder, undefined);
  }

  async guessLayout(): Promise<void> {
    if ((await this.#look(this.#folder, {})) !== null) this.#layout = {};
  }

  /** Looks at the folder once more, read as the user says. */
  async chooseLayout(layout: Record<string, string>): Promise<void> {
    const inspection = await this.#look(this.#folder, layout);
    if (inspection !== null) this.#layout = inspection.layout.options;
  }

  /** Looks at the folder once more, with the files that its links lead to, or without them. */
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

  chooseReading(reading: ReadingChoice): void {
    this.#reading = reading;
  }

  /** Reads the classes by a known numbering, `none` for no one. What was said of single classes gives way to it. */
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

  /** Imports the folder as it is on the screen. */
  async confirm(): Promise<boolean> {
    const inspection = this.#inspection;
    if (inspection === null) return false;
    return this.#open({
      folder: inspection.folder,
      // Beside the project of a dataset that was moved here it is to have one of its own.
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

  /** Opens a folder without asking, as the sample is. */
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
    this.answer(false); // to what was asked before
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
    const saidBefore = inspection.classes
      .filter(({ said }) => said)
      .map(({ name, modelClasses }) => [name, modelClasses[0] ?? null] as const);
    const saidNow = Object.entries(this.#mapping).filter(([name]) => names.has(name));
    this.#mapping = wordRecord([...saidBefore, ...saidNow]);
    if (this.#inspection?.folder !== inspection.folder) this.#faces = inspection.faces;
    this.#numbering = inspection.numbering;
    this.#inspection = inspection;
    this.#folder = inspection.folder;
    void this.#glanceAtFaces(inspection);
  }

  /** A hint, for which nothing waits. */
  async #glanceAtFaces({ id, boxes, layout }: FolderInspection): Promise<void> {
    this.#glance = null;
    if (boxes >= layout.images) return;
    try {
      const glance = await openingApi.glanceAtFaces(id);
      if (this.#inspection?.id === id) this.#glance = glance;
    } catch {
      // Without the detector there is no hint; a scan that needs it says what is wrong.
    }
  }

  #forgetLook(): void {
    this.#inspection = null;
    this.#glance = null;
    this.#tables = null;
    this.#mapping = {};
    this.#reading = {};
    this.#layout = undefined;
    this.#followLinks = undefined;
    this.#failure = null;
  }
}
