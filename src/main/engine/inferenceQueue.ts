/** Why a process is gone: of itself, ended because it took too long, or ended by someone or something else. */
export type EndOfProcess = 'crash' | 'time' | 'outside';

const PROBLEMS = {
  crash: 'the model crashed on this image',
  time: 'the model took too long on this image',
} as const;

/** An image is blamed when it ends this many fresh processes alone. */
const FAILURES_TO_BLAME = 2;

/** Inputs that are sent to the process together. */
interface Part<Input, Outcome> {
  key: number;
  inputs: Input[];
  done(outcomes: (Outcome | string)[]): void;
  /** Whether it was the first that its process got. */
  wasFirst: boolean;
  /** How often it ended a fresh process, alone. */
  failures: number;
}

/**
 * Calls that wait for the process, and the search for the image that ended it.
 *
 * After a crash, all that was under way is suspect and is sent again one part at a time, so that the next
 * crash has one cause. A part that crashes is halved; a single image that crashes fresh processes, alone, is the one.
 */
export class InferenceQueue<Input, Outcome> {
  readonly #waiting: Part<Input, Outcome>[] = [];
  readonly #suspects: Part<Input, Outcome>[] = [];
  readonly #sent = new Map<number, Part<Input, Outcome>>();
  readonly #rejections = new Set<(reason: Error) => void>();
  /** The one part under way is a suspect, sent alone. */
  #isSearching = false;
  #isFresh = true;
  #lastKey = 0;
  #finished = 0;
  #blamed = 0;

  add(inputs: Input[]): Promise<(Outcome | string)[]> {
    return new Promise((resolve, reject) => {
      this.#rejections.add(reject);
      const done: Part<Input, Outcome>['done'] = (outcomes) => {
        this.#rejections.delete(reject);
        resolve(outcomes);
      };
      this.#waiting.push(this.#part(inputs, done));
    });
  }

  /** The parts to send now. */
  take(): { key: number; inputs: Input[] }[] {
    if (this.#isSearching && this.#sent.size > 0) return [];
    if (this.#suspects.length > 0 && this.#sent.size > 0) return [];
    this.#isSearching = this.#suspects.length > 0;
    const parts = this.#isSearching ? this.#suspects.splice(0, 1) : this.#waiting.splice(0);
    for (const part of parts) {
      part.wasFirst = this.#isFresh;
      this.#isFresh = false;
      this.#sent.set(part.key, part);
    }
    return parts;
  }

  /**
   * Number of inputs that the process is working on; 0 while it waits. Parts are done in the order in which
   * they were sent.
   */
  get underWay(): number {
    const [first] = this.#sent.values();
    return first?.inputs.length ?? 0;
  }

  /** Number of images that ended their process, if the model has finished none at all. */
  get blamedOfAll(): number {
    return this.#finished === 0 ? this.#blamed : 0;
  }

  finish(key: number, outcomes: Outcome[]): void {
    const part = this.#sent.get(key);
    this.#sent.delete(key);
    this.#finished++;
    part?.done(outcomes);
  }

  /** The process has ended, with the parts in it; the next one is fresh. */
  ended(how: EndOfProcess): void {
    const parts = [...this.#sent.values()];
    this.#sent.clear();
    this.#isFresh = true;
    const [first, ...others] = parts;
    if (first === undefined) return;
    if (how === 'outside') (this.#isSearching ? this.#suspects : this.#waiting).unshift(...parts);
    else if (how === 'time') this.#suspects.unshift(...this.#split(first, how, 1), ...others);
    else if (!this.#isSearching) this.#suspects.unshift(...parts);
    else this.#suspects.unshift(...this.#split(first, how, Math.ceil(first.inputs.length / 2)));
  }

  rejectAll(reason: Error): void {
    for (const reject of this.#rejections) reject(reason);
    this.#rejections.clear();
    this.#waiting.length = 0;
    this.#suspects.length = 0;
    this.#sent.clear();
  }

  #part(inputs: Input[], done: Part<Input, Outcome>['done']): Part<Input, Outcome> {
    this.#lastKey++;
    return { key: this.#lastKey, inputs, done, wasFirst: false, failures: 0 };
  }

  /**
   * The pieces of a part to try again after it ended the process, each with this many inputs; empty for a
   * single image, which then has the problem.
   */
  #split(part: Part<Input, Outcome>, how: 'crash' | 'time', size: number): Part<Input, Outcome>[] {
    if (part.inputs.length === 1) {
      if (part.wasFirst) part.failures++;
      if (part.failures < FAILURES_TO_BLAME) return [part];
      this.#blamed++;
      part.done([PROBLEMS[how]]);
      return [];
    }
    const count = Math.ceil(part.inputs.length / size);
    const outcomes: (Outcome | string)[][] = [];
    let open = count;
    return Array.from({ length: count }, (_, piece) =>
      this.#part(part.inputs.slice(piece * size, (piece + 1) * size), (ofPiece) => {
        outcomes[piece] = ofPiece;
        open--;
        if (open === 0) part.done(outcomes.flat());
      }),
    );
  }
}
