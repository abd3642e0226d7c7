import { AppError } from '../../shared/errors.ts';
import { wilsonInterval } from '../../shared/intervals.ts';
import type { MetadataFilter } from '../../shared/metadata.ts';
import type { Slice, Slices } from '../../shared/overview.ts';
import {
  belongs,
  type IndexedChoices,
  type IndexedNumbers,
  type ReviewIndex,
  shortest,
} from '../flags/index.ts';
import type { AuditEvidence } from './audit.ts';
import { isJudgeable } from './judgement.ts';
import { NoiseEstimator, noiseShares } from './noiseEstimates.ts';

/** Of a column of more values the commonest are told. */
const MOST_SLICES = 24;
/** Numbers are cut into bands of as many images each. */
const BANDS = 5;

/** Which slice each row is in (-1 in none), and which filter each slice is. */
interface Cut {
  keys: Int16Array;
  filters: MetadataFilter[];
  further: Slices['further'];
}

/**
 * Flagged, estimated and confirmed shares of wrong labels for each value of a further column of the source: whether
 * labels are worse for some people, ages or sources than for others.
 * @throws AppError `not-found` for a column that there is not
 */
export function sliceDataset(index: ReviewIndex, evidence: readonly AuditEvidence[], name: string): Slices {
  const column = index.metadata.find((other) => other.name === name);
  if (column === undefined) {
    const names = index.metadata.map((other) => other.name).join(', ');
    throw new AppError(
      'not-found',
      `there is no column "${name}" to slice by`,
      names === '' ? 'The source has no further columns.' : `The columns are ${names}.`,
    );
  }
  const { keys, filters, further } = column.kind === 'choice' ? cutChoices(column) : cutNumbers(column);
  const parts = filters.map((filter) => new SliceCounter(index, evidence, filter));
  const all = new SliceCounter(index, evidence, { column: name, values: [], from: null, to: null });
  let none = 0;
  for (let row = 0; row < index.size; row++) {
    const cell = column.cells[row] as number;
    if (column.kind === 'choice' ? cell === 0 : Number.isNaN(cell)) none++;
    else all.add(row);
    parts[keys[row] as number]?.add(row);
  }
  return {
    column: name,
    kind: column.kind,
    slices: parts.map((part) => part.result()),
    all: all.result(),
    none,
    further,
  };
}

class SliceCounter {
  readonly #index: ReviewIndex;
  readonly #filter: MetadataFilter;
  readonly #noise: NoiseEstimator;
  #images = 0;
  #judgeable = 0;
  #flagged = 0;

  constructor(index: ReviewIndex, evidence: readonly AuditEvidence[], filter: MetadataFilter) {
    this.#index = index;
    this.#filter = filter;
    this.#noise = new NoiseEstimator(index, evidence);
  }

  add(row: number): void {
    this.#images++;
    if (isJudgeable(this.#index, row)) this.#judgeable++;
    if (belongs(this.#index, row, 'flagged')) this.#flagged++;
    this.#noise.add(row);
  }

  result(): Slice {
    return {
      filter: this.#filter,
      images: this.#images,
      judgeable: this.#judgeable,
      flagged: this.#flagged,
      flaggedShare: wilsonInterval(this.#flagged, this.#judgeable),
      ...noiseShares(this.#noise.result()),
    };
  }
}

/** A slice for each value, or for the commonest, in their natural order. */
function cutChoices({ name, values, cells, totals }: IndexedChoices): Cut {
  const codes = values.map((_, place) => place + 1).filter((code) => totals[code] !== 0);
  const commonest = codes.toSorted((a, b) => (totals[b] as number) - (totals[a] as number) || a - b);
  const told = commonest.slice(0, MOST_SLICES).sort((a, b) => a - b);
  const sliceOf = new Int16Array(values.length + 1).fill(-1);
  for (const [slice, code] of told.entries()) sliceOf[code] = slice;
  const rest = commonest.slice(MOST_SLICES);
  return {
    keys: Int16Array.from(cells, (code) => sliceOf[code] as number),
    filters: told.map((code) => ({
      column: name,
      values: [values[code - 1] as string],
      from: null,
      to: null,
    })),
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
    filters: lows.map((low, band) => ({
      column: name,
      values: [],
      from: shortest(low),
      to: shortest(highs[band] as number),
    })),
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
