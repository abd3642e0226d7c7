import type { FolderListing } from './folderListing.ts';
import type { SampleRecord } from './layout.ts';
import { NamedFiles } from './namedFiles.ts';
import { ProblemTally } from './problemTally.ts';
import { AMBIGUOUS } from './samplePaths.ts';

type Rows<Plan> = (listing: FolderListing, plan: Plan, problems: ProblemTally) => AsyncIterable<SampleRecord>;

/**
 * A match that is not exact counts only if no other row leads to the same file: of `old/1.jpg` and
 * `new/1.jpg` at most one is the existing `1.jpg`. The rows are read once more when the first such match
 * occurs.
 */
export function withoutSharedMatches<Plan>(rows: Rows<Plan>): Rows<Plan> {
  return async function* (listing, plan, problems) {
    let shared: SharedMatches | null = null;
    for await (const sample of rows(listing, plan, problems)) {
      if (sample.matched === undefined || sample.problem !== null) {
        yield sample;
        continue;
      }
      shared ??= await SharedMatches.of(listing, rows(listing, plan, new ProblemTally()));
      yield shared.has(sample.path)
        ? { ...sample, path: '', problem: `${AMBIGUOUS}other rows lead to ${sample.path}, too` }
        : sample;
    }
  };
}

/** Files that several different names lead to. */
class SharedMatches {
  readonly #exact: NamedFiles;
  /** The value that leads to each file; null for several. */
  readonly #values = new Map<string, string | null>();

  private constructor(listing: FolderListing) {
    this.#exact = new NamedFiles(listing);
  }

  static async of(listing: FolderListing, samples: AsyncIterable<SampleRecord>): Promise<SharedMatches> {
    const shared = new SharedMatches(listing);
    for await (const sample of samples) shared.#add(sample);
    return shared;
  }

  has(path: string): boolean {
    return this.#values.get(path) === null || this.#exact.has(path);
  }

  #add({ path, problem, matched }: SampleRecord): void {
    if (problem !== null) return;
    if (matched === undefined) {
      this.#exact.add(path);
      return;
    }
    const value = matched.value.replaceAll('\\', '/').toLowerCase();
    const before = this.#values.get(path);
    this.#values.set(path, before === undefined || before === value ? value : null);
  }
}
