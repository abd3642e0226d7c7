import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { type LayoutOptions, readSamples, recogniseDataset, type SampleRecord } from '../dataset/index.ts';
import type { ListedSample, ProjectFile } from '../project/index.ts';

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
 * person decided is touched. The whole import is one transaction, so a killed one leaves the project as it was.
 * @throws AppError `layout-unknown`, `table-invalid`, `folder-unreadable`
 */
export async function importDataset(
  project: ProjectFile,
  folder: string,
  options: LayoutOptions = {},
  onProgress: (progress: ImportProgress) => void = () => {},
): Promise<ImportChanges> {
  const { recognition } = await recogniseDataset(folder, options);
  const listed: ListedRecord[] = [];
  let batch: SampleRecord[] = [];
  const flush = async () => {
    listed.push(
      ...(await Promise.all(batch.map((record, index) => listRecord(folder, record, listed.length + index)))),
    );
    batch = [];
    onProgress({ done: listed.length, total: recognition.images });
    await nextTurn();
  };
  for await (const record of readSamples(folder, recognition)) {
    batch.push(record);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  if (listed.length === 0) {
    throw new AppError('layout-unknown', `no images were found in ${folder}`, recognition.reason);
  }

  return project.transaction(() => {
    project.dataset.write(folder, recognition);
    project.dataset.addClasses(recognition.classes.map(({ name }) => name));
    project.dataset.addClasses([...new Set(listed.flatMap(({ givenLabel }) => givenLabel ?? []))]);
    const classIndex = new Map(project.dataset.classes().map((name, index) => [name, index]));
    const changes: ImportChanges = { added: 0, changed: 0, unchanged: 0, vanished: 0, regiven: 0 };
    const seen = new Set<number>();
    for (const { givenLabel, ...sample } of listed) {
      const givenClass = givenLabel === null ? null : (classIndex.get(givenLabel) ?? null);
      const { id, change, regiven } = project.samples.list({ ...sample, givenClass });
      seen.add(id);
      changes[change]++;
      if (regiven) changes.regiven++;
    }
    for (const sample of project.samples.all()) {
      if (seen.has(sample.id) || sample.state === 'vanished') continue;
      project.samples.markVanished(sample.id);
      changes.vanished++;
    }
    return changes;
  });
}

type ListedRecord = Omit<ListedSample, 'givenClass'> & { givenLabel: string | null };

async function listRecord(folder: string, record: SampleRecord, ordinal: number): Promise<ListedRecord> {
  const facts = record.problem === null ? await stat(join(folder, record.path)).catch(() => null) : null;
  return {
    ordinal,
    image: record.image,
    path: record.path,
    split: record.split,
    givenLabel: record.givenLabel,
    problem: record.problem ?? (facts === null ? 'file not found' : null),
    sizeBytes: facts?.size ?? null,
    mtimeMs: facts?.mtimeMs ?? null,
  };
}
