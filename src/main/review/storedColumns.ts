import { STATUSES } from '../../domain/verdicts.ts';
import { recordFault } from '../opened/index.ts';
import type { ProjectFile } from '../project/index.ts';
import {
  type IndexedSamples,
  type ListedColumns,
  labelAfterDecision,
  listColumns,
  readColumns,
  writeColumns,
} from '../reviewIndex/index.ts';

/** Fewer images are read from the project within a moment. */
const STORED_FROM = 100_000;

/** The columns of a large project's images, which are kept in a file: reading a million rows of SQLite takes seconds. */
export class StoredColumns {
  readonly #project: ProjectFile;
  readonly #storedFrom: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(project: ProjectFile, storedFrom = STORED_FROM) {
    this.#project = project;
    this.#storedFrom = storedFrom;
  }

  /** From the file if it matches the project; if not, from the project, and the file is rewritten in the background. */
  read(listed: IndexedSamples): ListedColumns {
    const { flags, columns } = this.#project;
    if (listed.length < this.#storedFrom) return listColumns(listed, flags.indexed());
    const stamp = columns.read();
    const stored = stamp === null ? null : readColumns(columns.path, this.#named(stamp));
    if (stored !== null) return this.#withDecisions(stored);
    const read = listColumns(listed, flags.indexed());
    this.#store(read);
    return read;
  }

  /** Resolves when nothing is being written. */
  close(): Promise<void> {
    return this.#writing;
  }

  /** What is changed in the columns while they are written is changed in the project first, which takes the stamp away. */
  #store(read: ListedColumns): void {
    const stamp = this.#newStamp();
    if (stamp !== null)
      this.#writing = this.#writing
        .then(() => this.#write(read, stamp))
        .catch((error) => void recordFault(error));
  }

  async #write(read: ListedColumns, stamp: string): Promise<void> {
    const { columns } = this.#project;
    if (columns.read() === stamp) await writeColumns(columns.path, this.#named(stamp), read);
  }

  /** Null on a full disk: a project can be looked at without the file. */
  #newStamp(): string | null {
    try {
      return this.#project.columns.renew();
    } catch (error) {
      recordFault(error);
      return null;
    }
  }

  /** An older version of the program replaces the flags of a whole run without taking the stamp away. */
  #named(stamp: string): string {
    return `${stamp} of run ${this.#project.modelRuns.latest()?.id}`;
  }

  #withDecisions(stored: Omit<ListedColumns, 'status' | 'label'>): ListedColumns {
    const columns = { ...stored, status: new Uint8Array(stored.id.length), label: stored.given.slice() };
    for (const { id, verdict, classIndex } of this.#project.currentVerdicts.all()) {
      const row = columns.rows.get(id);
      if (row === undefined) continue;
      columns.status[row] = STATUSES.indexOf(verdict);
      columns.label[row] = labelAfterDecision(verdict, columns.given[row] as number, classIndex);
    }
    return columns;
  }
}
