import path from 'node:path';
import type { FolderListing } from './folderListing.ts';
import type { SampleRecord } from './layout.ts';
import { SamplePaths } from './samplePaths.ts';
import { readTableRows } from './tableFile.ts';
import { folderOf, stemOf, type TablePlan, type TableSource } from './tablePlan.ts';

/** A sample, and whether an earlier row named the same file. */
export type TableSample = SampleRecord & { isRepeat: boolean };

/** The samples of all tables of a plan, in the order of their rows. */
export async function* readTableSamples(
  listing: FolderListing,
  plan: TablePlan,
): AsyncGenerator<TableSample> {
  const keys = new UniqueKeys();
  const splitsByFile = plan.sources.length > 1;
  for (const source of plan.sources) {
    const paths = new SamplePaths(listing, folderOf(source.file), source.imageFolder);
    const fileSplit = splitsByFile ? stemOf(source.file) : null;
    let row = 0;
    for await (const cells of readTableRows(path.join(listing.root, source.file), source.dialect)) {
      if (row++ === 0 && source.columns.hasHeader) continue;
      yield toSample(cells, source, paths, keys, { fileSplit, row });
    }
  }
}

function toSample(
  cells: string[],
  { columns, file }: TableSource,
  paths: SamplePaths,
  keys: UniqueKeys,
  { fileSplit, row }: { fileSplit: string | null; row: number },
): TableSample {
  const value = cells[columns.image] ?? '';
  const split = columns.split === null ? fileSplit : textOf(cells[columns.split]);
  const givenLabel = textOf(cells[columns.label]);
  if (value.trim() === '') {
    const { key } = keys.take(`${file} row ${row}`);
    return { image: key, path: '', split, givenLabel, problem: 'the table names no image', isRepeat: false };
  }
  const resolved = paths.resolve(value);
  const { key, isRepeat } = keys.take(resolved.path === '' ? value.trim() : resolved.path);
  return { image: key, path: resolved.path, split, givenLabel, problem: resolved.problem, isRepeat };
}

function textOf(cell: string | undefined): string | null {
  const text = cell?.trim() ?? '';
  return text === '' ? null : text;
}

/** Gives every row a key of its own: repeats of a name add `#2`, `#3`. */
class UniqueKeys {
  /** How often each name was asked for, the keys given out among them. */
  readonly #taken = new Map<string, number>();

  take(name: string): { key: string; isRepeat: boolean } {
    const before = this.#taken.get(name) ?? 0;
    if (before === 0) {
      this.#taken.set(name, 1);
      return { key: name, isRepeat: false };
    }
    // A file may really be called `a.png#2`.
    let number = before + 1;
    while (this.#taken.has(`${name}#${number}`)) number += 1;
    const key = `${name}#${number}`;
    this.#taken.set(name, number).set(key, 1);
    return { key, isRepeat: true };
  }
}
