import { emotionOf } from '../../../domain/emotions.ts';
import { looksLikeImagePath } from '../recognition/fileKinds.ts';
import { isMissingLabel } from '../recognition/labelText.ts';
import type { LayoutOptions } from '../recognition/layout.ts';
import type { SamplePaths } from '../recognition/samplePaths.ts';
import { isSplitName } from '../recognition/splitNames.ts';
import { ferPlusRowNames, findVoteColumns } from './voteColumns.ts';

/** The roles of a table's columns, counted from 0. */
export interface TableColumns {
  hasHeader: boolean;
  /** In a table without a header `column 1`, `column 2`, ... */
  names: string[];
  image: number;
  label: number;
  split: number | null;
  /** Whether name or values speak for the labels, and not only that no other column is left. */
  isLabelSure: boolean;
  /** Share of the checked rows whose file exists. */
  foundShare: number;
  /** One column for each class (one-hot, votes), instead of a label column; null for none. */
  votes: number[] | null;
  /** Columns that may be the labels, if neither names nor values decide. */
  unsureLabels: number[];
}

/** Names by how well they fit, best first; compared without case and separators. */
const IMAGE_NAMES = wordList(
  'image imagepath path filepath file filename img imgpath imagefile imagename imgname subdirectoryfilepath pth ' +
    'relativepath name imageid id frame',
);
const LABEL_NAMES = wordList(
  'label emotion expression class labels emotionlabel expressionlabel target expr category classname labelname ' +
    'facialexpression labelgiven sentiment annotation gt emo y',
);
const SPLIT_NAMES = wordList('split usage subset set partition fold phase');
const MOST_CLASSES = 200;
const ROWS_RESOLVED = 60;
/** Fitness of a column that may be the labels because nothing else can be. */
const ONLY_COLUMN = 0.1;

/** Guesses the columns of a table from its first rows, or null where it has no images or no labels. */
export function guessColumns(
  rows: string[][],
  paths: SamplePaths,
  options: LayoutOptions,
): TableColumns | null {
  const hasHeader = isHeader(rows, paths, options);
  const names = (hasHeader ? null : ferPlusRowNames(rows)) ?? columnNames(rows, hasHeader);
  const data = rows.slice(hasHeader ? 1 : 0);
  const columns = names.map((name, index) => ({
    name: simplify((hasHeader ? rows[0]?.[index] : null) ?? name),
    index,
    values: data.map((row) => (row[index] ?? '').trim()).filter((value) => !isMissingLabel(value)),
  }));
  const named = (wanted: string | undefined) => (wanted === undefined ? -1 : names.indexOf(wanted.trim()));
  if (
    [options.imageColumn, options.labelColumn, options.splitColumn].some(
      (name) => name !== undefined && named(name) < 0,
    )
  ) {
    return null;
  }

  const images = withFoundShares(columns, paths);
  const image = images[named(options.imageColumn)] ?? best(images, imageFitness);
  if (image === undefined) return null;
  const rest = columns.filter((column) => column.index !== image.index);
  const split =
    columns[named(options.splitColumn)] ??
    best(
      rest.filter((column) => column.index !== named(options.labelColumn)),
      splitFitness,
    );
  const candidates = rest.filter((column) => column !== split);
  const isOnly = !hasHeader || candidates.length === 1;
  const votes = options.labelColumn === undefined ? findVoteColumns(names, data) : null;
  const plausible = candidates.filter(isPlausibleLabel);
  const fitness = (column: Column) => labelFitness(column, isOnly);
  const guessed = best(candidates, fitness);
  const label =
    columns[named(options.labelColumn)] ??
    guessed ??
    (votes === null ? plausible[0] : columns[votes[0] as number]);
  if (label === undefined) return null;
  const isByVotes =
    votes !== null && (guessed === undefined || votes.includes(label.index) || fitness(label) < 1.5);
  const isNamed = named(options.labelColumn) >= 0;
  return {
    votes: isByVotes ? votes : null,
    unsureLabels:
      isNamed || isByVotes ? [] : rivalsOf(label, guessed === undefined ? plausible : candidates, fitness),
    hasHeader,
    names,
    image: image.index,
    label: label.index,
    split: split?.index ?? null,
    isLabelSure: isNamed || isByVotes || labelFitness(label, isOnly) > ONLY_COLUMN,
    foundShare: image.share,
  };
}

/** Whether a column is called as one of image paths is. */
export function isImageColumn(name: string): boolean {
  return IMAGE_NAMES.includes(simplify(name));
}

/** Whether a column is called as one of labels is. */
export function isLabelColumn(name: string): boolean {
  return LABEL_NAMES.includes(simplify(name));
}

/** The header's cells, or made-up names. The second of two that are the same is `name (2)`. */
export function columnNames(rows: string[][], hasHeader: boolean): string[] {
  const first = rows[0] ?? [];
  if (!hasHeader) return first.map((_, index) => `column ${index + 1}`);
  const seen = new Map<string, number>();
  return first.map((cell) => {
    const name = cell.trim();
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 || name === '' ? name : `${name} (${count})`;
  });
}

interface Column {
  name: string;
  index: number;
  values: string[];
}

function isHeader(rows: string[][], paths: SamplePaths, options: LayoutOptions): boolean {
  const first = (rows[0] ?? []).map((cell) => cell.trim());
  const asked = [options.imageColumn, options.labelColumn, options.splitColumn];
  if (asked.some((name) => name !== undefined && first.includes(name.trim()))) return true;
  const isImage = (cell: string) =>
    looksLikeImagePath(cell) || (cell !== '' && paths.resolveExactly(cell)?.problem === null);
  if (first.some(isImage)) return false;
  const knownNames = [...IMAGE_NAMES, ...LABEL_NAMES, ...SPLIT_NAMES];
  if (first.some((cell) => knownNames.includes(simplify(cell)))) return true;
  return rows.slice(1, 20).some((row) => row.some((cell) => isImage(cell.trim())));
}

/** Weight of a column whose values match loosely, compared with one of exact paths. */
const LOOSE_SHARE = 0.5;

/** How many of each column's values lead to files; loosely only where no column's do so exactly. */
function withFoundShares(columns: Column[], paths: SamplePaths): (Column & { share: number })[] {
  const shareOf = (values: string[], isFound: (value: string) => boolean) => {
    const step = Math.max(1, Math.floor(values.length / ROWS_RESOLVED));
    const tried = values.filter((_, index) => index % step === 0);
    return tried.length === 0 ? 0 : tried.filter(isFound).length / tried.length;
  };
  const exact = columns.map((column) => ({
    ...column,
    share: shareOf(column.values, (value) => paths.resolveExactly(value)?.problem === null),
  }));
  if (exact.some(({ share }) => share >= 0.5)) return exact;
  return exact.map((column) => {
    // Labels from 1 to 7 are not the files 1.jpg to 7.jpg.
    const isVaried = new Set(column.values).size * 2 > column.values.length;
    const loose = isVaried ? shareOf(column.values, (value) => paths.resolve(value).problem === null) : 0;
    return { ...column, share: Math.max(column.share, LOOSE_SHARE * loose) };
  });
}

/** Values that lead to files decide; a table without its images is recognised by names and extensions. */
function imageFitness(column: Column & { share: number }): number {
  const nameFit = fitOfName(column.name, IMAGE_NAMES);
  if (column.share > 0) return 1 + column.share + nameFit;
  const looksRight = column.values.filter(looksLikeImagePath).length > column.values.length / 2;
  return looksRight ? 0.5 + nameFit / 2 : 0;
}

function labelFitness(column: Column, isOnly: boolean): number {
  const distinct = new Set(column.values);
  if (distinct.size === 0 || distinct.size > MOST_CLASSES) return 0;
  const emotions = [...distinct].filter((value) => emotionOf(value) !== null).length / distinct.size;
  if ([...distinct].every((value) => NO_LABELS.has(value.toLowerCase()))) return 0;
  if (PREDICTED.test(column.name)) return emotions >= 0.5 ? 0.2 : 0;
  const byName =
    fitOfName(column.name, LABEL_NAMES) || (/label|emotion|expression|class/.test(column.name) ? 0.3 : 0);
  if (byName > 0) return byName + (emotions >= 0.5 ? 1 : 0);
  if (emotions >= 0.5) return 1;
  const isRepeated = distinct.size <= Math.max(2, column.values.length / 3);
  return isOnly && isRepeated && !column.values.some(isFraction) ? ONLY_COLUMN : 0;
}

/** Columns of sexes and of predictions are no labels, whatever their name. */
const NO_LABELS = new Set(['male', 'female', 'm', 'f', 'man', 'woman', 'men', 'women']);
const PREDICTED = /pred|model|suggest|guess|output/;
const PROPERTIES =
  /^(gender|sex|age.*|race|ethnicity|subject.*|person.*|user.*|id|index|fold|width|height|x|y|w|h)$/;

/** Whether a column is one of sexes, ages and the like, by its name or its values. */
export function isProperty(name: string, values: readonly string[]): boolean {
  const areSexes = values.length > 0 && values.every((value) => NO_LABELS.has(value.toLowerCase()));
  return areSexes || PROPERTIES.test(simplify(name));
}

/** A column whose values look like labels: few different ones, repeated. */
function isPlausibleLabel({ name, values }: Column): boolean {
  const distinct = new Set(values);
  const isRepeated =
    distinct.size > 1 && distinct.size <= Math.min(MOST_CLASSES, Math.max(2, values.length / 2));
  if (!isRepeated || PROPERTIES.test(name) || PREDICTED.test(name)) return false;
  return !values.some(isFraction) && ![...distinct].every((value) => NO_LABELS.has(value.toLowerCase()));
}

/**
 * The columns that fit as labels as well as the chosen one, or have the same name and other values; empty if its name
 * or values are unique.
 */
function rivalsOf(label: Column, candidates: Column[], fitness: (column: Column) => number): number[] {
  const own = fitness(label);
  const isKnown = fitOfName(label.name, LABEL_NAMES) > 0;
  const isRival = (column: Column) =>
    fitness(column) >= own - (isKnown ? -1 : 0.05) ||
    (column.name === label.name && column.values.join('\n') !== label.values.join('\n'));
  const rivals = candidates.filter((column) => column !== label && isRival(column));
  return rivals.length === 0 ? [] : [label, ...rivals].map(({ index }) => index).sort((a, b) => a - b);
}

function splitFitness(column: Column): number {
  const distinct = [...new Set(column.values)];
  if (distinct.length === 0 || distinct.length > 50) return 0;
  const areSplits = distinct.every(isSplitName);
  return fitOfName(column.name, SPLIT_NAMES) + (areSplits ? 1 : 0);
}

/** 1 for the best name down to 0.5 for the last, 0 for any other. */
function fitOfName(name: string, names: string[]): number {
  const place = names.indexOf(name);
  return place < 0 ? 0 : 1 - place / (2 * names.length);
}

function best<T>(candidates: T[], fitness: (candidate: T) => number): T | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, fit: fitness(candidate) }))
    .filter(({ fit }) => fit > 0);
  return ranked.sort((a, b) => b.fit - a.fit)[0]?.candidate;
}

function isFraction(value: string): boolean {
  return /^-?\d*[.,]\d+$/.test(value);
}

function simplify(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function wordList(words: string): string[] {
  return words.split(' ');
}
