import {
  type Exemplar,
  type GuidelinesImport,
  guidelinesFileSchema,
  type ShownGuideline,
} from '../../shared/guidelines.ts';
import { ApiFailure, failureOf, request } from '../api.ts';

interface Answer {
  guidelines: ShownGuideline[];
}

/** What the annotators have agreed on for each class of the open project. A change is shown once it is kept. */
export class ClassGuidelines {
  #all = $state.raw<readonly ShownGuideline[]>([]);
  #failure = $state.raw<ApiFailure | null>(null);
  #open = $state(false);

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
    // Someone else may have said more meanwhile.
    if (this.#open) void this.load();
  }

  async load(): Promise<void> {
    await this.#take(() => request<Answer>('GET', '/api/guidelines'));
  }

  describe(label: number, description: string): Promise<boolean> {
    return this.#take(() => request<Answer>('PUT', `/api/guidelines/${label}/description`, { description }));
  }

  addExemplar(label: number, sampleId: number): Promise<boolean> {
    return this.#take(() => request<Answer>('POST', '/api/guidelines/exemplars', { label, sampleId }));
  }

  removeExemplar(label: number, { image }: Pick<Exemplar, 'image'>): Promise<boolean> {
    return this.#take(() => request<Answer>('POST', '/api/guidelines/exemplars/removed', { label, image }));
  }

  /** The file by which a team shares them; null where it cannot be had. */
  async file(): Promise<Blob | null> {
    try {
      const file = await request<unknown>('GET', '/api/guidelines/file');
      return new Blob([JSON.stringify(file, null, 2)], { type: 'application/json' });
    } catch (error) {
      this.#failure = failureOf(error);
      return null;
    }
  }

  /** Takes a shared file in. @returns its classes that this dataset has not; null where it was refused */
  async import(text: string): Promise<string[] | null> {
    let imported: string[] | null = null;
    await this.#take(async () => {
      const answer = await request<GuidelinesImport>('POST', '/api/guidelines/file', parseFile(text));
      imported = answer.unknownClasses;
      return answer;
    });
    return imported;
  }

  dismissFailure(): void {
    this.#failure = null;
  }

  async #take(ask: () => Promise<Answer>): Promise<boolean> {
    try {
      this.#all = (await ask()).guidelines;
      this.#failure = null;
      return true;
    } catch (error) {
      this.#failure = failureOf(error);
      return false;
    }
  }
}

function parseFile(text: string): unknown {
  try {
    return guidelinesFileSchema.parse(JSON.parse(text));
  } catch {
    throw new ApiFailure(
      'bad-request',
      'This is not a file of class guidelines.',
      'Choose a JSON file that “Save as file” made.',
    );
  }
}
