import { type MetadataFacet, type MetadataFilter, MOST_CHOICES, restricts } from '../../domain/metadata.ts';
import type { IndexedChoices, IndexedColumn, IndexedNumbers } from './indexedColumn.ts';

const HISTOGRAM_BINS = 20;

/** A filter by a further column, with the bit that rows get which fail it. */
export interface MetadataTest {
  bit: number;
  filter: MetadataFilter;
}

/** The filters that leave anything out; each has a bit of its own, from `firstBit` up. */
export function metadataTests(filters: readonly MetadataFilter[], firstBit: number): MetadataTest[] {
  return filters.filter(restricts).map((filter, place) => ({ bit: firstBit << place, filter }));
}

/** Marks the rows that fail. No row passes a filter by a column that there is not. */
export function failMetadata(
  failed: Uint32Array,
  columns: readonly IndexedColumn[],
  tests: readonly MetadataTest[],
): void {
  for (const { bit, filter } of tests) {
    const column = columns.find(({ name }) => name === filter.column);
    const passes = column === undefined ? () => false : testOf(column, filter);
    for (let row = 0; row < failed.length; row++) {
      if (!passes(row)) failed[row] = (failed[row] as number) | bit;
    }
  }
}

/** Does a row of a column pass a filter? */
function testOf(column: IndexedColumn, filter: MetadataFilter): (row: number) => boolean {
  const { cells } = column;
  if (column.kind === 'number') {
    // Cells are single precision, so the ends of a range must be too, or a value might fall outside a range
    // that ends at it.
    const from = Math.fround(filter.from ?? Number.NEGATIVE_INFINITY);
    const to = Math.fround(filter.to ?? Number.POSITIVE_INFINITY);
    return (row) => (cells[row] as number) >= from && (cells[row] as number) <= to;
  }
  const accepted = new Uint8Array(column.values.length + 1);
  for (const value of filter.values) {
    const code = value === '' ? 0 : column.values.indexOf(value) + 1;
    if (value === '' || code > 0) accepted[code] = 1;
  }
  return (row) => accepted[cells[row] as number] === 1;
}

/** What each choice of each column would show, with all other filters unchanged. */
export function metadataFacets(
  failed: Uint32Array,
  columns: readonly IndexedColumn[],
  tests: readonly MetadataTest[],
): MetadataFacet[] {
  return columns.map((column) => {
    const own = tests.filter(({ filter }) => filter.column === column.name);
    const otherBits = ~own.reduce((bits, { bit }) => bits | bit, 0);
    return column.kind === 'number'
      ? numberFacet(failed, column, otherBits)
      : choiceFacet(failed, column, otherBits, new Set(own.flatMap(({ filter }) => filter.values)));
  });
}

/** @param chosen values that are listed however rare they are */
function choiceFacet(
  failed: Uint32Array,
  { name, values, cells, totals }: IndexedChoices,
  otherBits: number,
  chosen: ReadonlySet<string>,
): MetadataFacet {
  const counts = new Uint32Array(values.length + 1);
  for (let row = 0; row < failed.length; row++) {
    if (((failed[row] as number) & otherBits) !== 0) continue;
    const code = cells[row] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  let codes = values.map((_, place) => place + 1);
  if (codes.length > MOST_CHOICES) {
    const commonest = codes.toSorted((a, b) => (totals[b] as number) - (totals[a] as number) || a - b);
    const listed = new Set(commonest.slice(0, MOST_CHOICES));
    codes = commonest.filter((code) => listed.has(code) || chosen.has(values[code - 1] as string));
  }
  if (totals[0] !== 0) codes.push(0);
  return {
    kind: 'choice',
    column: name,
    choices: codes.map((code) => ({
      value: code === 0 ? '' : (values[code - 1] as string),
      count: counts[code] as number,
    })),
    further: values.length - codes.filter((code) => code !== 0).length,
  };
}

function numberFacet(
  failed: Uint32Array,
  { name, cells, low, high }: IndexedNumbers,
  otherBits: number,
): MetadataFacet {
  const histogram = new Array<number>(HISTOGRAM_BINS).fill(0);
  const scale = high > low ? HISTOGRAM_BINS / (high - low) : 0;
  for (let row = 0; row < failed.length; row++) {
    const value = cells[row] as number;
    if (((failed[row] as number) & otherBits) !== 0 || Number.isNaN(value)) continue;
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor((value - low) * scale));
    histogram[bin] = (histogram[bin] as number) + 1;
  }
  return { kind: 'number', column: name, low: shortest(low), high: shortest(high), histogram };
}

/** The shortest decimal number that is this one in single precision: 0.1, not 0.10000000149011612. */
export function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}
