import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CodedColumn, ColumnCoder } from '../../shared/codedColumns.ts';
import { AppError } from '../../shared/errors.ts';
import { type LayoutOptions, readSamples, recogniseDataset, type SampleRecord } from '../dataset/index.ts';
import { groupingColumn } from '../flags/index.ts';
import type { ProjectFile } from '../project/index.ts';

/** What differs between a dataset folder and its project since the last time. */
export interface ImportChanges {
  added: number;
  /** The file's size or time differs, or it came back: the model reads it again. */
  changed: number;
  unchanged: number;
  /** No longer in the dataset; verdicts are kept. */
  vanished: number;
  /** The source gives them another label than before. */
  regiven: number;
}

/** Samples listed so far, of those that the layout counted. */
export interface ImportProgress {
  done: number;
  total: number;
}

const BATCH = 256;

/**
 * Brings a project up to date with its folder: recognises the layout and lists every sample. Nothing that a
 * person decided is touched. The whole import is one transaction, so a killed or failed one leaves the project as
 * it was.
 * @throws AppError `layout-unknown`, `table-invalid`, `folder-unreadable`
 */
export async function importDataset(
  project: ProjectFile,
  folder: string,
  options: LayoutOptions = {},
  onProgress: (progress: ImportProgress) => void = () => {},
): Promise<ImportChanges> {
  const { recognition } = await recogniseDataset(folder, options);
  return project.longTransaction(async () => {
    project.dataset.write(folder, recognition);
    project.dataset.addClasses(recognition.classes.map(({ name }) => name));
    const coder = new ColumnCoder(recognition.metadata);
    const lister = new SampleLister(project, coder);
    let batch: SampleRecord[] = [];
    const flush = async () => {
      const facts = await Promise.all(batch.map((record) => fileFacts(folder, record)));
      for (const [index, record] of batch.entries()) lister.list(record, facts[index] ?? null);
      batch = [];
      onProgress({ done: lister.size, total: recognition.images });
      await nextTurn();
    };
    for await (const record of readSamples(folder, recognition)) {
      batch.push(record);
      if (batch.length === BATCH) await flush();
    }
    await flush();
    if (lister.size === 0) {
      throw new AppError('layout-unknown', `no images were found in ${folder}`, recognition.reason);
    }
    await lister.finish();
    project.metadataColumns.replace(codedColumns(coder, recognition.metadata));
    return lister.changes;
  });
}

/** Codes the further columns of a project that an older version imported, and whose folder is not looked through again. */
export async function codeStoredMetadata(project: ProjectFile): Promise<void> {
  const names = project.dataset.read()?.recognition.metadata ?? [];
  if (names.length === 0 || project.metadataColumns.all().length > 0) return;
  const coder = new ColumnCoder(names);
  let coded = 0;
  for (const { sampleId, metadata } of project.metadata.all()) {
    coder.add(sampleId, metadata);
    if (++coded % BATCH === 0) await nextTurn();
  }
  project.transaction(() => project.metadataColumns.replace(codedColumns(coder, names)));
}

/** Numbers that tell subjects apart are names. */
function codedColumns(coder: ColumnCoder, names: readonly string[]): CodedColumn[] {
  return coder.finish(groupingColumn(names)?.column ?? null);
}

interface SourceFileFacts {
  sizeBytes: number;
  mtimeMs: number;
}

/** Takes listed samples into a project and counts what changed. */
class SampleLister {
  readonly changes: ImportChanges = { added: 0, changed: 0, unchanged: 0, vanished: 0, regiven: 0 };
  readonly #project: ProjectFile;
  readonly #coder: ColumnCoder;
  readonly #classIndex: Map<string, number>;
  readonly #seen = new Set<number>();

  constructor(project: ProjectFile, coder: ColumnCoder) {
    this.#project = project;
    this.#coder = coder;
    this.#classIndex = new Map(project.dataset.classes().map((name, index) => [name, index]));
  }

  get size(): number {
    return this.#seen.size;
  }

  list(record: SampleRecord, facts: SourceFileFacts | null): void {
    const { image, path, region, split, givenLabel } = record;
    const { id, change, regiven } = this.#project.samples.list({
      ordinal: this.#seen.size,
      image,
      path,
      region,
      split,
      givenClass: givenLabel === null ? null : this.#classOf(givenLabel),
      problem: record.problem ?? (facts === null ? 'file not found' : null),
      sizeBytes: facts?.sizeBytes ?? null,
      mtimeMs: facts?.mtimeMs ?? null,
    });
    if (record.metadata !== null || change !== 'added') this.#project.metadata.write(id, record.metadata);
    if (record.metadata !== null) this.#coder.add(id, record.metadata);
    this.#seen.add(id);
    this.changes[change]++;
    if (regiven) this.changes.regiven++;
  }

  /** Marks what is not in the dataset any more. */
  async finish(): Promise<void> {
    const stored = Object.values(this.#project.samples.counts()).reduce((sum, count) => sum + count, 0);
    if (stored === this.#seen.size) return;
    let looked = 0;
    for (const { id, state } of this.#project.samples.all()) {
      if (++looked % BATCH === 0) await nextTurn();
      if (this.#seen.has(id) || state === 'vanished') continue;
      this.#project.samples.markVanished(id);
      this.changes.vanished++;
    }
  }

  #classOf(name: string): number {
    const known = this.#classIndex.get(name);
    if (known !== undefined) return known;
    this.#project.dataset.addClasses([name]);
    this.#classIndex.set(name, this.#classIndex.size);
    return this.#classIndex.size - 1;
  }
}

async function fileFacts(folder: string, { path, problem }: SampleRecord): Promise<SourceFileFacts | null> {
  const facts = problem === null ? await stat(join(folder, path)).catch(() => null) : null;
  return facts === null ? null : { sizeBytes: facts.size, mtimeMs: facts.mtimeMs };
}
