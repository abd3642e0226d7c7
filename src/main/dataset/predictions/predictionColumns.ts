import { emotionOf, normaliseClassName } from '../../../domain/emotions.ts';
import { isImageColumn } from '../readers/tableColumns.ts';
import { faultyPredictions, type PredictionOptions } from './predictions.ts';

/** The roles of the columns in a table of predictions. */
export interface PredictionColumns {
  image: number;
  /** [C] places of the classes' columns; of a list column the one place. */
  classes: number[];
  /** [C] */
  classNames: string[];
  /** Places of an embedding's columns, in order; of a list column the one place. */
  embedding: number[];
  areLogits: boolean;
  unused: string[];
}

/** A column of a table: Parquet has lists of numbers too. */
export interface NamedColumn {
  name: string;
  isList: boolean;
}

const VALUE_PREFIX = /^(probability|probabilities|probs?|proba|p|softmax|scores?|preds?|logits?)[\s_.:-]+/i;
const VALUE_SUFFIX = /[\s_.:-]+(probability|prob|proba|p|softmax|score|logit)$/i;
const VALUE_LIST =
  /^(probabilit(y|ies)|probs?|proba|softmax|scores|predictions?|preds?|logits?|distribution)$/i;
const LOGITS = /(^|[\s_.:-])logits?($|[\s_.:-])/i;
const EMBEDDING = /^(embeddings?|emb|features?|feat|e|f|vector)[\s_.:-]*(\d+)$/i;
const EMBEDDING_LIST = /^(embeddings?|features?|vector)$/i;

/**
 * Finds the columns of the image, of the classes and of an embedding by their names.
 * @throws AppError `table-invalid` if they cannot be identified
 */
export function findPredictionColumns(
  file: string,
  columns: readonly NamedColumn[],
  options: PredictionOptions,
  datasetClasses: readonly string[],
): PredictionColumns {
  const fail = (problem: string, hint: string) =>
    faultyPredictions(file, null, problem, `${hint} Nothing was imported.`);
  const image = imageColumn(columns, options, fail);
  const embedding = embeddingColumns(columns, image);
  const free = columns.flatMap(({ isList }, at) =>
    at === image || embedding.includes(at) ? [] : [{ at, isList }],
  );
  const found =
    options.classes === undefined
      ? classesByName(columns, free, datasetClasses, fail)
      : classesAsSaid(columns, free, options.classes, fail);
  const used = new Set([image, ...embedding, ...found.classes]);
  return {
    image,
    embedding,
    ...found,
    areLogits: options.logits ?? found.classes.every((at) => LOGITS.test(columns[at]?.name ?? '')),
    unused: columns.flatMap(({ name }, at) => (used.has(at) ? [] : [name])),
  };
}

type Fail = (problem: string, hint: string) => Error;
type FreeColumn = { at: number; isList: boolean };
type ClassColumns = Pick<PredictionColumns, 'classes' | 'classNames'>;

function imageColumn(
  columns: readonly NamedColumn[],
  { imageColumn: wanted }: PredictionOptions,
  fail: Fail,
) {
  const names = listed(columns.map(({ name }) => name));
  if (wanted !== undefined) {
    const at = columns.findIndex(({ name }) => name === wanted);
    if (at < 0) throw fail(`there is no column "${wanted}"`, `Its columns are ${names}.`);
    return at;
  }
  const at = columns.findIndex(({ name, isList }) => !isList && isImageColumn(name));
  if (at >= 0) return at;
  throw fail(
    `no column has a usual name for image names (its columns are ${names})`,
    'It needs a header with a column "image": paths relative to the dataset folder. Or name the column with --name-column.',
  );
}

function embeddingColumns(columns: readonly NamedColumn[], image: number): number[] {
  const list = columns.findIndex(({ name, isList }) => isList && EMBEDDING_LIST.test(name));
  if (list >= 0) return [list];
  return columns
    .flatMap(({ name }, at) => {
      const number = at === image ? undefined : EMBEDDING.exec(name.trim())?.[2];
      return number === undefined ? [] : [{ at, number: Number(number) }];
    })
    .sort((a, b) => a.number - b.number)
    .map(({ at }) => at);
}

function classesAsSaid(
  columns: readonly NamedColumn[],
  free: readonly FreeColumn[],
  wantedNames: readonly string[],
  fail: Fail,
): ClassColumns {
  const places = wantedNames.map((wanted) => free.find(({ at }) => columns[at]?.name === wanted)?.at);
  if (places.every((at) => at !== undefined)) {
    return { classes: places, classNames: wantedNames.map((name) => withoutAffix(name)) };
  }
  const list = free.find(({ at, isList }) => isList && VALUE_LIST.test(columns[at]?.name.trim() ?? ''));
  if (list !== undefined) return { classes: [list.at], classNames: [...wantedNames] };
  const scalars = free.filter(({ isList }) => !isList);
  if (scalars.length === wantedNames.length)
    return { classes: scalars.map(({ at }) => at), classNames: [...wantedNames] };
  throw fail(
    `${wantedNames.length} classes were named, but ${scalars.length} columns may be theirs (${listed(scalars.map(({ at }) => columns[at]?.name ?? ''))})`,
    'Name the columns themselves, as in --classes prob_happy,prob_sad.',
  );
}

function classesByName(
  columns: readonly NamedColumn[],
  free: readonly FreeColumn[],
  datasetClasses: readonly string[],
  fail: Fail,
): ClassColumns {
  const known = new Set(datasetClasses.map(normaliseClassName));
  const isClass = (name: string) => known.has(normaliseClassName(name)) || emotionOf(name) !== null;
  const found = free.flatMap(({ at, isList }) => {
    const name = columns[at]?.name.trim() ?? '';
    const named = [name, withoutAffix(name)].find(isClass);
    return isList || named === undefined ? [] : [{ at, className: named }];
  });
  const byClass = Map.groupBy(found, ({ className }) => normaliseClassName(className));
  for (const [first, second] of byClass.values()) {
    if (first === undefined || second === undefined) continue;
    const [one, other] = [first, second].map(({ at }) => columns[at]?.name);
    throw fail(
      `the columns "${one}" and "${other}" are for the same class`,
      'Name the right ones with --classes.',
    );
  }
  if (found.length >= 2) {
    return { classes: found.map(({ at }) => at), classNames: found.map(({ className }) => className) };
  }
  const list = free.find(({ at, isList }) => isList && VALUE_LIST.test(columns[at]?.name.trim() ?? ''));
  if (list !== undefined) {
    throw fail(
      `the column "${columns[list.at]?.name}" does not name the classes of its values`,
      'Name them in order, as in --classes angry,happy,sad.',
    );
  }
  throw fail(
    `no columns are named after the dataset's classes (its columns are ${listed(columns.map(({ name }) => name))}; the classes are ${datasetClasses.join(', ')})`,
    'Rename them in the header, or name them with --classes.',
  );
}

/** "prob_happy" is of "happy". */
function withoutAffix(name: string): string {
  return name.trim().replace(VALUE_PREFIX, '').replace(VALUE_SUFFIX, '');
}

const SHOWN = 12;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
