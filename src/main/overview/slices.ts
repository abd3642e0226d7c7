import { AppError } from '../../domain/errors.ts';
import type { MetadataFilter } from '../../domain/metadata.ts';
import { wilsonInterval } from '../../labelQuality/intervals.ts';
import type { Slice, Slices } from '../../protocol/overview.ts';
import type { ProjectFile } from '../project/index.ts';
import { type AuditEvidence, auditEvidence, isScored, readReviewIndex } from '../review/index.ts';
import {
  belongs,
  type IndexedChoices,
  type IndexedColumn,
  type IndexedNumbers,
  type ReviewIndex,
  shortest,
} from '../reviewIndex/index.ts';
import { ErrorsLeft } from './errorsLeft.ts';
import { type NoiseEstimator, noiseShares } from './noiseEstimates.ts';

/** For a column with more values, the most common ones are listed. */
const MOST_SLICES = 24;
/** Numbers are cut into bands of as many images each. */
const BANDS = 5;

/** The slice of each row (-1 for none), and the filter of each slice. */
interface Cut {
  keys: Int16Array;
  filters: MetadataFilter[][];
  further: Slices['further'];
}

/** The slices of a project that is open for reading only. @throws AppError `not-found` */
export function sliceProject(project: ProjectFile, names: readonly string[]): Slices {
  const index = readReviewIndex(project);
  return sliceDataset(index, auditEvidence(index, project.audits.all()), names);
}

/**
 * Flagged, estimated and confirmed shares of wrong labels for each value of a further column of the source, or for
 * each pair of values of two: whether labels are worse for some people, ages or sources than for others.
 * @throws AppError `not-found` for a column that there is not
 */
export function sliceDataset(
  index: ReviewIndex,
  evidence: readonly AuditEvidence[],
  names: readonly string[],
): Slices {
  const columns = names.map((name) => columnNamed(index, name));
  const [first, second] = columns.map((column) =>
    column.kind === 'choice' ? cutChoices(column) : cutNumbers(column),
  ) as [Cut, Cut?];
  const whole = columns.map((column) => (row: number) => hasValue(column, row));
  const hasAll = (row: number) => whole.every((has) => has(row));
  const { keys, filters, further } = second === undefined ? first : cross(first, second, hasAll);
  const errors = new ErrorsLeft(index, evidence);
  const parts = filters.map((own) => new SliceCounter(index, errors, own));
  const all = new SliceCounter(index, errors, []);
  let none = 0;
  for (let row = 0; row < index.size; row++) {
    if (hasAll(row)) all.add(row);
    else none++;
    parts[keys[row] as number]?.add(row);
  }
  return {
    columns: [...names],
    slices: parts.map((part) => part.result()),
    all: all.result(),
    none,
    further,
  };
}

function hasValue({ kind, cells }: IndexedColumn, row: number): boolean {
  const cell = cells[row] as number;
  return kind === 'choice' ? cell !== 0 : !Number.isNaN(cell);
}

function columnNamed(index: ReviewIndex, name: string): IndexedColumn {
  const column = index.metadata.find((other) => other.name === name);
  if (column === undefined) {
    const names = index.metadata.map((other) => other.name).join(', ');
    throw new AppError(
      'not-found',
      `there is no column "${name}" to slice by`,
      names === '' ? 'The dataset has no further columns.' : `The columns are ${names}.`,
    );
  }
  return column;
}

/** A slice for each pair that occurs, or for the commonest, in the order of the first column's slices. */
function cross(first: Cut, second: Cut, hasAll: (row: number) => boolean): Cut {
  const width = second.filters.length;
  const pairOf = (row: number) => {
    const [a, b] = [first.keys[row] as number, second.keys[row] as number];
    return a < 0 || b < 0 ? -1 : a * width + b;
  };
  const images = new Int32Array(first.filters.length * width);
  let valued = 0;
  for (let row = 0; row < first.keys.length; row++) {
    if (!hasAll(row)) continue;
    valued++;
    const pair = pairOf(row);
    if (pair >= 0) images[pair] = (images[pair] as number) + 1;
  }
  const commonest = [...images.keys()]
    .filter((pair) => images[pair] !== 0)
    .sort((a, b) => (images[b] as number) - (images[a] as number) || a - b);
  const listed = commonest.slice(0, MOST_SLICES).sort((a, b) => a - b);
  const sliceOf = new Int16Array(images.length).fill(-1);
  for (const [slice, pair] of listed.entries()) sliceOf[pair] = slice;
  const shown = listed.reduce((sum, pair) => sum + (images[pair] as number), 0);
  return {
    keys: first.keys.map((_, row) => sliceOf[pairOf(row)] ?? -1),
    filters: listed.map((pair) => [
      ...(first.filters[Math.floor(pair / width)] ?? []),
      ...(second.filters[pair % width] ?? []),
    ]),
    further: { values: commonest.length - listed.length, images: valued - shown },
  };
}

class SliceCounter {
  readonly #index: ReviewIndex;
  readonly #filters: MetadataFilter[];
  readonly #noise: NoiseEstimator;
  #images = 0;
  #scored = 0;
  #flagged = 0;

  constructor(index: ReviewIndex, errors: ErrorsLeft, filters: MetadataFilter[]) {
    this.#index = index;
    this.#filters = filters;
    this.#noise = errors.amongSome();
  }

  add(row: number): void {
    this.#images++;
    if (isScored(this.#index, row)) this.#scored++;
    if (belongs(this.#index, row, 'flagged')) this.#flagged++;
    this.#noise.add(row);
  }

  result(): Slice {
    return {
      filters: this.#filters,
      images: this.#images,
      scored: this.#scored,
      flagged: this.#flagged,
      flaggedShare: wilsonInterval(this.#flagged, this.#scored),
      ...noiseShares(this.#noise.result()),
    };
  }
}

/** A slice for each value, or for the commonest, in their natural order. */
function cutChoices({ name, values, cells, totals }: IndexedChoices): Cut {
  const codes = values.map((_, place) => place + 1).filter((code) => totals[code] !== 0);
  const commonest = codes.toSorted((a, b) => (totals[b] as number) - (totals[a] as number) || a - b);
  const listed = commonest.slice(0, MOST_SLICES).sort((a, b) => a - b);
  const sliceOf = new Int16Array(values.length + 1).fill(-1);
  for (const [slice, code] of listed.entries()) sliceOf[code] = slice;
  const rest = commonest.slice(MOST_SLICES);
  return {
    keys: Int16Array.from(cells, (code) => sliceOf[code] as number),
    filters: listed.map((code) => [
      { column: name, values: [values[code - 1] as string], from: null, to: null },
    ]),
    further: { values: rest.length, images: rest.reduce((sum, code) => sum + (totals[code] as number), 0) },
  };
}

/** Bands of as many images each, as far as equal numbers stay together; their ends are numbers that occur. */
function cutNumbers({ name, cells }: IndexedNumbers): Cut {
  const sorted = cells.filter((value) => !Number.isNaN(value)).sort();
  const starts = Array.from(
    { length: BANDS },
    (_, band) => sorted[Math.floor((band * sorted.length) / BANDS)],
  );
  const lows = [...new Set(starts)].filter((low) => low !== undefined);
  const highs = lows.map((_, band) => {
    const next = lows[band + 1];
    return (next === undefined ? sorted.at(-1) : largestBelow(sorted, next)) as number;
  });
  return {
    keys: Int16Array.from(cells, (value) =>
      Number.isNaN(value) ? -1 : lows.findLastIndex((low) => value >= low),
    ),
    filters: lows.map((low, band) => [
      { column: name, values: [], from: shortest(low), to: shortest(highs[band] as number) },
    ]),
    further: { values: 0, images: 0 },
  };
}

function largestBelow(sorted: Float32Array, limit: number): number | undefined {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) < limit) from = middle + 1;
    else to = middle;
  }
  return sorted[from - 1];
}
