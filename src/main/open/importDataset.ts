import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CodedColumn, ColumnCoder, copyCells } from '../../domain/codedColumns.ts';
import { AppError } from '../../domain/errors.ts';
import { DEFAULT_FACES, type FaceChoice } from '../../domain/faces.ts';
import type { DatasetPlace, ImageRegion } from '../../domain/imageSource.ts';
import { formatCount } from '../../domain/plural.ts';
import { isFailureOfPlace } from '../../domain/storageFailures.ts';
import { FACE_ISSUES, issueBits } from '../../labelQuality/issues/index.ts';
import {
  type LayoutOptions,
  type RecognisedDataset,
  type Recognition,
  recogniseDataset,
  type SampleRecord,
} from '../dataset/index.ts';
import { onDisk } from '../files/index.ts';
import { groupingColumn } from '../issues/index.ts';
import { PlaceWatch } from '../jobs/index.ts';
import type { ListedSample, ProjectFile } from '../project/index.ts';
import { giveWay, listFurtherFaces, regionOfFirst } from '../scan/index.ts';
import { outdateFlags } from '../tune/index.ts';

/** Changes of a dataset folder since the project was last updated. */
export interface ImportChanges {
  added: number;
  /** The file's size or time differs, or it came back: the image is predicted again. */
  changed: number;
  unchanged: number;
  /** No longer in the dataset; verdicts are kept. */
  vanished: number;
  /** The source gives them another label than before. */
  givenChanged: number;
}

interface ImportOptions {
  layout?: LayoutOptions;
  faces?: FaceChoice;
  /** What was read to show the folder: not read again unless something has changed. */
  looked?: RecognisedDataset | undefined;
  onProgress?: ((progress: ImportProgress) => void) | undefined;
}

/** Samples listed so far, of those that the layout counted. */
export interface ImportProgress {
  done: number;
  total: number;
}

const BATCH = 256;
/** More classes cannot be emotions, and the overview's tables of classes by classes would fill the memory. */
const MOST_CLASSES = 1000;

/**
 * Brings a project up to date with its folder: recognises the layout and lists every sample. Nothing that a
 * person decided is touched. The whole import is one transaction, so a killed or failed one leaves the project as
 * it was.
 * @throws AppError `layout-unknown`, `table-invalid`, `folder-unreadable`
 */
export async function importDataset(
  project: ProjectFile,
  folder: string,
  { layout = {}, faces = DEFAULT_FACES, looked, onProgress }: ImportOptions = {},
): Promise<ImportChanges> {
  const isCurrent = await looked?.isCurrent(folder, layout);
  const dataset = looked && isCurrent ? looked : await recogniseDataset(folder, layout);
  const { recognition } = dataset;
  if (project.dataset.read() === null) refuseUnsure(folder, recognition, layout);
  const watch = new PlaceWatch(folder);
  await watch.begin();
  return project.longTransaction(async () => {
    project.dataset.write(folder, recognition);
    project.dataset.addClasses(recognition.classes.map(({ name }) => name));
    refuseManyClasses(project.dataset.classes().length);
    project.faces.leave();
    if (faces !== 'detect') project.issues.remove(issueBits(FACE_ISSUES));
    const coder = new ColumnCoder(recognition.metadata);
    const place = { folder, followsLinks: layout.followLinks === 'yes' };
    const lister = new SampleLister(project, coder, faces);
    let batch: SampleRecord[] = [];
    const flush = async () => {
      const facts = await Promise.all(batch.map((record) => fileFacts(place, record)));
      for (const [index, record] of batch.entries()) lister.list(record, facts[index] ?? null);
      batch = [];
      onProgress?.({ done: lister.listed, total: recognition.images });
      await nextTurn();
    };
    for await (const record of dataset.samples()) {
      batch.push(record);
      if (batch.length === BATCH) await flush();
    }
    await flush();
    await watch.checkFolder(); // files that only seem to be gone are not listed as such
    if (lister.listed === 0) {
      throw new AppError('layout-unknown', `no images were found in ${folder}`, recognition.reason);
    }
    if (lister.found === 0) throw nothingFound(folder, recognition, lister);
    await lister.finish();
    project.metadataColumns.replace(codedColumns(coder, recognition.metadata));
    codeFurtherFaces(project);
    if (lister.changes.givenChanged > 0) outdateFlags(project);
    return lister.changes;
  });
}

/**
 * Codes the dataset's own columns of a project that an older version imported, and whose folder is not listed
 * again.
 */
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

/** Further faces have the columns of their photograph. */
export function codeFurtherFaces(project: ProjectFile): void {
  const further = project.faces.further();
  if (further.length === 0) return;
  project.transaction(() =>
    project.metadataColumns.replace(copyCells(project.metadataColumns.all(), further)),
  );
}

/** Numbers that identify subjects are names. */
function codedColumns(coder: ColumnCoder, names: readonly string[]): CodedColumn[] {
  return coder.finish(groupingColumn(names)?.column ?? null);
}

interface SourceFileFacts {
  sizeBytes: number;
  mtimeMs: number;
}

/** Adds listed samples to a project and counts the changes. */
class SampleLister {
  readonly changes: ImportChanges = { added: 0, changed: 0, unchanged: 0, vanished: 0, givenChanged: 0 };
  readonly #project: ProjectFile;
  readonly #coder: ColumnCoder;
  readonly #classIndex: Map<string, number>;
  readonly #seen = new Set<number>();
  readonly #faces: FaceChoice;
  /** Samples listed by the source. */
  listed = 0;
  /** Those of them whose file exists. */
  found = 0;
  /** The first sample whose file is missing. */
  firstMissing: SampleRecord | null = null;

  constructor(project: ProjectFile, coder: ColumnCoder, faces: FaceChoice) {
    this.#project = project;
    this.#coder = coder;
    this.#faces = faces;
    this.#classIndex = new Map(project.dataset.classes().map((name, index) => [name, index]));
  }

  list(record: SampleRecord, facts: SourceFileFacts | null): void {
    const { image, path, region, split, givenLabel } = record;
    const listed: ListedSample = {
      ordinal: this.listed++,
      image,
      path,
      region: this.#faces === 'none' ? withoutBox(region) : region,
      split,
      givenClass: givenLabel === null ? null : this.#classOf(givenLabel),
      problem: record.problem ?? (facts === null ? 'file not found' : null),
      sizeBytes: facts?.sizeBytes ?? null,
      mtimeMs: facts?.mtimeMs ?? null,
    };
    if (listed.problem === null) this.found++;
    else this.firstMissing ??= record;
    if (image.includes('#')) giveWay(this.#project, image);
    if (this.#faces === 'detect' && region?.kind !== 'box' && listed.problem === null) {
      this.#listPhotograph(listed, record);
    } else this.#list(listed, record);
  }

  #list(listed: ListedSample, { metadata }: SampleRecord): number {
    const { id, change, givenChanged } = this.#project.samples.list(listed);
    if (metadata !== null || change !== 'added') this.#project.metadata.write(id, metadata);
    if (metadata !== null) this.#coder.add(id, metadata);
    this.#seen.add(id);
    this.changes[change]++;
    if (givenChanged) this.changes.givenChanged++;
    return id;
  }

  /** Lists a photograph with the faces found earlier, or as it is until its faces are searched for. */
  #listPhotograph(listed: ListedSample, record: SampleRecord): void {
    const { faces, samples } = this.#project;
    const known = samples.byImage(listed.image);
    const found = known === null ? null : faces.found(known.id, listed);
    if (found === null) {
      const sampleId = this.#list(listed, record);
      faces.ask(sampleId);
      samples.markPending(sampleId);
      return;
    }
    const whole = listed.region ?? null;
    const sampleId = this.#list({ ...listed, region: regionOfFirst(found, whole) }, record);
    faces.keep(sampleId);
    const photograph = { sampleId, listed, metadata: record.metadata };
    for (const id of listFurtherFaces(this.#project, photograph, found)) this.#seen.add(id);
  }

  /** Marks samples that are not in the dataset any more. */
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
    refuseManyClasses(this.#classIndex.size);
    return this.#classIndex.size - 1;
  }
}

function refuseManyClasses(classes: number): void {
  if (classes <= MOST_CLASSES) return;
  throw new AppError(
    'table-invalid',
    `more than ${MOST_CLASSES} classes are too many for labels of emotions`,
    'Choose the column, or the level of folders, that holds the emotion.',
  );
}

/** Asks the user what the folder leaves open: nothing is guessed silently. */
function refuseUnsure(folder: string, { choices = [] }: Recognition, given: LayoutOptions): void {
  const unsure = choices.find(({ isSure, option, chosen }) => !isSure && given[option] !== chosen);
  if (unsure === undefined) return;
  const values = unsure.values.map(({ value, title }) => `${unsure.flag} ${quoted(value)} (${title})`);
  throw new AppError(
    'layout-unknown',
    `it is not clear ${unsure.question} in ${folder}`,
    `Choose: ${values.join('; ')}.`,
  );
}

function quoted(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `"${value}"`;
}

/** If none of the files exist, this is the wrong folder, a missing drive, or a list of another machine's paths. */
function nothingFound(
  folder: string,
  { title, images }: Recognition,
  { firstMissing }: SampleLister,
): AppError {
  const example =
    firstMissing === null ? '' : ` (the first is "${firstMissing.image}": ${firstMissing.problem})`;
  return new AppError(
    'layout-unknown',
    `none of the ${formatCount(images)} images that the labels name were found in ${folder}${example}`,
    `Recognised as: ${title}. Choose the folder with both the images and the labels. Nothing was imported.`,
  );
}

/** The whole image, ignoring the source's boxes. */
function withoutBox(region: ImageRegion | null): ImageRegion | null {
  return region?.kind === 'box' ? (region.picture ?? null) : region;
}

async function fileFacts(
  place: DatasetPlace,
  { path, problem }: SampleRecord,
): Promise<SourceFileFacts | null> {
  const file = onDisk(join(place.folder, path), place);
  const facts = problem === null ? await stat(file).catch(missing) : null;
  return facts === null ? null : { sizeBytes: facts.size, mtimeMs: facts.mtimeMs };
}

/** The file does not exist. If the drive fails, that is unknown, so the import ends. */
function missing(error: NodeJS.ErrnoException): null {
  if (isFailureOfPlace(error.code ?? '')) throw error;
  return null;
}
