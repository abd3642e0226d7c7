import { emotionOf } from '../../shared/emotions.ts';
import { looksLikeImagePath } from './fileKinds.ts';
import type { LayoutOptions } from './layout.ts';
import type { SamplePaths } from './samplePaths.ts';
import { isSplitName } from './splitNames.ts';

/** Which columns of a table hold what, counted from 0. */
export interface TableColumns {
  hasHeader: boolean;
  /** In a table without a header `column 1`, `column 2`, ... */
  names: string[];
  image: number;
  label: number;
  split: number | null;
  /** Whether name or values speak for the labels, and not only that no other column is left. */
  isLabelSure: boolean;
  /** Of the rows looked at, the share whose file exists. */
  foundShare: number;
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
  const names = columnNames(rows, hasHeader);
  const data = rows.slice(hasHeader ? 1 : 0);
  const columns = names.map((name, index) => ({
    name: simplify(name),
    index,
    values: data.map((row) => (row[index] ?? '').trim()).filter((value) => value !== ''),
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
  const label =
    columns[named(options.labelColumn)] ?? best(candidates, (column) => labelFitness(column, isOnly));
  if (label === undefined) return null;
  return {
    hasHeader,
    names,
    image: image.index,
    label: label.index,
    split: split?.index ?? null,
    isLabelSure: named(options.labelColumn) >= 0 || labelFitness(label, isOnly) > ONLY_COLUMN,
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

/** The header's cells, or made-up names. */
export function columnNames(rows: string[][], hasHeader: boolean): string[] {
  const first = rows[0] ?? [];
  return hasHeader ? first.map((name) => name.trim()) : first.map((_, index) => `column ${index + 1}`);
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

/** What a column whose values are matched loosely counts beside one of exact paths. */
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

/** Values that lead to files decide; a table whose images are not there is told by names and extensions. */
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
  const byName =
    fitOfName(column.name, LABEL_NAMES) || (/label|emotion|expression|class/.test(column.name) ? 0.3 : 0);
  if (byName > 0) return byName + (emotions >= 0.5 ? 1 : 0);
  if (emotions >= 0.5) return 1;
  const isRepeated = distinct.size <= Math.max(2, column.values.length / 3);
  return isOnly && isRepeated && !column.values.some(isFraction) ? ONLY_COLUMN : 0;
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
