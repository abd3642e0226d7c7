import { SvelteMap } from 'svelte/reactivity';
import {
  type Exemplar,
  type GuidelinesFile,
  guidelinesFileSchema,
  type ShownGuideline,
} from '../../../domain/guidelines.ts';
import type { DatasetClass, ProjectSummary } from '../../../protocol/api.ts';
import { holdDataset } from '../../client/ask.ts';
import { ApiFailure, failureOf } from '../../client/failure.ts';
import { guidelinesApi } from '../../client/guidelinesApi.ts';
import { openedDataset } from '../../client/openedDataset.svelte.ts';
import { dropUnsavedText, keepUnsavedText, unsavedTexts } from './unsavedTexts.ts';

interface Answer {
  guidelines: ShownGuideline[];
}

/** A description that is being written. */
interface Draft {
  text: string;
  /** The text before, which Cancel restores. */
  before: string;
  /** Written before this dataset was opened, and not looked at since. */
  recovered?: boolean;
}

interface Dataset extends Pick<ProjectSummary, 'id'> {
  classes: readonly Pick<DatasetClass, 'index' | 'name'>[];
}

const SAVE_AFTER_MS = 700;

/** The annotators' guidelines for each class of the open project. A change is shown once it is saved. */
export class GuidelineEditor {
  #all = $state.raw<readonly ShownGuideline[]>([]);
  #failure = $state.raw<ApiFailure | null>(null);
  #open = $state(false);
  /** By class. They outlive the panel, and are saved as they are written. */
  readonly #drafts = new SvelteMap<number, Draft>();
  #dataset: Dataset | null = null;
  /** The texts kept of this dataset were offered again. */
  #offered = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<unknown> = Promise.resolve();

  /** Why the last change was not kept. */
  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** Whether they are on the screen. */
  get open(): boolean {
    return this.#open;
  }

  get empty(): boolean {
    return this.#all.every(({ description, exemplars }) => description === '' && exemplars.length === 0);
  }

  of(label: number): ShownGuideline {
    return this.#all[label] ?? { label, description: '', exemplars: [], missing: [] };
  }

  toggle(): void {
    this.#open = !this.#open;
    // Someone else may have edited it meanwhile.
    if (this.#open) void this.load();
    else for (const label of this.#drafts.keys()) void this.finish(label);
  }

  /** The text of a class that is being edited; null if none is. */
  draftOf(label: number): string | null {
    return this.#drafts.get(label)?.text ?? null;
  }

  /** The text of a class was written before this dataset was opened, and is not saved. */
  isRecovered(label: number): boolean {
    return this.#drafts.get(label)?.recovered === true;
  }

  edit(label: number): void {
    const { description } = this.of(label);
    this.#drafts.set(label, { text: description, before: description });
  }

  /** Keeps the typed text, and saves it in a moment. */
  write(label: number, text: string): void {
    const { before } = this.#drafts.get(label) ?? { before: this.of(label).description };
    this.#drafts.set(label, { text, before });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.saveDrafts(), SAVE_AFTER_MS);
  }

  /** Ends the editing of a class; unsaved text stays a draft. */
  async finish(label: number): Promise<void> {
    if (!(await this.#saveDraft(label)) || !this.#isSaved(label)) return;
    this.#drafts.delete(label);
    this.#drop(label);
  }

  /** Restores the text before. */
  async cancel(label: number): Promise<void> {
    const { before } = this.#drafts.get(label) ?? {};
    if (before === undefined) return;
    this.#drafts.set(label, { text: before, before });
    await this.finish(label);
  }

  async saveDrafts(): Promise<void> {
    clearTimeout(this.#timer);
    for (const label of [...this.#drafts.keys()]) await this.#saveDraft(label);
  }

  /** The page is being left: the typed text is still sent, and kept in case that fails. */
  leave(): void {
    this.#keepDrafts();
    for (const [label, { text, recovered }] of this.#drafts) {
      if (recovered || this.#isSaved(label)) continue;
      guidelinesApi.describeLast(openedDataset.opening, label, text.trim()).catch(() => undefined);
    }
  }

  /** Another dataset was opened, with other classes. Unsaved text is offered when this one is opened again. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#keepDrafts();
    this.#dataset = null;
    this.#drafts.clear();
    this.#all = [];
    this.#failure = null;
  }

  /** This dataset was opened. */
  async begin(dataset: Dataset | null): Promise<void> {
    this.#dataset = dataset;
    this.#offered = false;
    await this.load();
  }

  #keepDrafts(): void {
    for (const [label, { text }] of this.#drafts) {
      const place = this.#placeOf(label);
      if (place !== null && !this.#isSaved(label)) keepUnsavedText({ ...place, text });
    }
  }

  #drop(label: number): void {
    const place = this.#placeOf(label);
    if (place !== null) dropUnsavedText(place);
  }

  /** Shows the text that was not saved when this dataset was last open, for the annotator to save or cancel. */
  #offerKept(): void {
    if (this.#dataset === null || this.#offered) return;
    this.#offered = true;
    const { id, classes } = this.#dataset;
    const kept = new Map(
      unsavedTexts().flatMap((one) => (one.project === id ? [[one.className, one.text]] : [])),
    );
    for (const { index, name } of classes) {
      const text = kept.get(name);
      const before = this.of(index).description;
      if (text === undefined || this.#drafts.has(index)) continue;
      if (text.trim() === before) this.#drop(index);
      else {
        this.#drafts.set(index, { text, before, recovered: true });
        this.#open = true;
      }
    }
  }

  #placeOf(label: number): { project: string; className: string } | null {
    const named = this.#dataset?.classes.find(({ index }) => index === label);
    return this.#dataset && named ? { project: this.#dataset.id, className: named.name } : null;
  }

  #isSaved(label: number): boolean {
    return this.draftOf(label)?.trim() === this.of(label).description;
  }

  /**
   * One after the other: a save that arrives while an earlier one is being cancelled could be overwritten.
   */
  #saveDraft(label: number): Promise<boolean> {
    const saved = this.#saving.then(async () => {
      const text = this.draftOf(label);
      return text === null || this.#isSaved(label) || (await this.#describe(label, text.trim()));
    });
    this.#saving = saved;
    return saved;
  }

  async load(): Promise<void> {
    if (await this.#take(() => guidelinesApi.read())) this.#offerKept();
  }

  #describe(label: number, description: string): Promise<boolean> {
    const dataset = this.#dataset;
    return this.#take(
      () => guidelinesApi.describe(label, description),
      () => dataset !== this.#dataset, // the text is kept
    );
  }

  addExemplar(label: number, sampleId: number): Promise<boolean> {
    return this.#take(() => guidelinesApi.addExemplar(label, sampleId));
  }

  removeExemplar(label: number, { image }: Pick<Exemplar, 'image'>): Promise<boolean> {
    return this.#take(() => guidelinesApi.removeExemplar(label, image));
  }

  /** The file by which a team shares them; null where it cannot be had. */
  async file(): Promise<Blob | null> {
    try {
      const file = await guidelinesApi.file();
      return new Blob([JSON.stringify(file, null, 2)], { type: 'application/json' });
    } catch (error) {
      this.#failure = failureOf(error);
      return null;
    }
  }

  /** Imports a shared file. @returns its classes that this dataset has not; null where it was refused */
  async import(file: Blob): Promise<string[] | null> {
    let imported: string[] | null = null;
    const checkDataset = holdDataset();
    await this.#take(async () => {
      const content = parseFile(await file.text());
      checkDataset();
      const answer = await guidelinesApi.import(content);
      imported = answer.unknownClasses;
      return answer;
    });
    return imported;
  }

  dismissFailure(): void {
    this.#failure = null;
  }

  async #take(ask: () => Promise<Answer>, mayFail = () => false): Promise<boolean> {
    try {
      this.#all = (await ask()).guidelines;
      this.#failure = null;
      return true;
    } catch (error) {
      if (!mayFail()) this.#failure = failureOf(error);
      return false;
    }
  }
}

function parseFile(text: string): GuidelinesFile {
  try {
    return guidelinesFileSchema.parse(JSON.parse(text));
  } catch {
    throw new ApiFailure(
      'bad-request',
      'This is not a file of class guidelines.',
      'Choose a JSON file exported from a guidelines panel.',
    );
  }
}
