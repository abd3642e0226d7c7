import type { EngineItem } from './types.ts';

/** What becomes of an image that kills the process. */
export interface CrashResult {
  id: number;
  file: null;
  ok: false;
  problem: string;
}

const CRASH_PROBLEM = 'the decoder or model crashed on this image';

/** Images that are sent to the process together. */
interface Part<Result> {
  key: number;
  items: EngineItem[];
  done(results: (Result | CrashResult)[]): void;
}

/**
 * Calls that wait for the process, and the search for the image that killed it.
 *
 * After a crash, all that was under way is suspect and is sent again one part at a time, so that the next
 * crash has one cause. A part that crashes is halved; a single image that crashes, alone, is the one.
 */
export class InferenceQueue<Result> {
  readonly #waiting: Part<Result>[] = [];
  readonly #suspects: Part<Result>[] = [];
  readonly #sent = new Map<number, Part<Result>>();
  readonly #rejections = new Set<(reason: Error) => void>();
  /** The one part under way is a suspect, sent alone. */
  #isSearching = false;
  #lastKey = 0;

  add(items: EngineItem[]): Promise<(Result | CrashResult)[]> {
    return new Promise((resolve, reject) => {
      this.#rejections.add(reject);
      const done: Part<Result>['done'] = (results) => {
        this.#rejections.delete(reject);
        resolve(results);
      };
      this.#waiting.push(this.#part(items, done));
    });
  }

  /** The parts to send now. */
  take(): { key: number; items: EngineItem[] }[] {
    if (this.#isSearching && this.#sent.size > 0) return [];
    if (this.#suspects.length > 0 && this.#sent.size > 0) return [];
    this.#isSearching = this.#suspects.length > 0;
    const parts = this.#isSearching ? this.#suspects.splice(0, 1) : this.#waiting.splice(0);
    for (const part of parts) this.#sent.set(part.key, part);
    return parts;
  }

  finish(key: number, results: Result[]): void {
    const part = this.#sent.get(key);
    this.#sent.delete(key);
    part?.done(results);
  }

  /** The process died with what was sent. */
  crashed(): void {
    const parts = [...this.#sent.values()];
    this.#sent.clear();
    this.#suspects.unshift(...(this.#isSearching ? parts.flatMap((part) => this.#narrow(part)) : parts));
  }

  rejectAll(reason: Error): void {
    for (const reject of this.#rejections) reject(reason);
    this.#rejections.clear();
    this.#waiting.length = 0;
    this.#suspects.length = 0;
    this.#sent.clear();
  }

  #part(items: EngineItem[], done: Part<Result>['done']): Part<Result> {
    this.#lastKey++;
    return { key: this.#lastKey, items, done };
  }

  /** The halves of a part that killed the process; none for a single image, whose problem it then is. */
  #narrow(part: Part<Result>): Part<Result>[] {
    const [first] = part.items;
    if (part.items.length === 1 && first) {
      part.done([{ id: first.id, file: null, ok: false, problem: CRASH_PROBLEM }]);
      return [];
    }
    const middle = Math.ceil(part.items.length / 2);
    const halves: ((Result | CrashResult)[] | null)[] = [null, null];
    const half = (index: number, items: EngineItem[]) =>
      this.#part(items, (results) => {
        halves[index] = results;
        const [before, after] = halves;
        if (before && after) part.done([...before, ...after]);
      });
    return [half(0, part.items.slice(0, middle)), half(1, part.items.slice(middle))];
  }
}
