import type { CodedColumn } from '../../domain/codedColumns.ts';

/** A further column of the source, a cell a row of the index. */
export type IndexedColumn = IndexedChoices | IndexedNumbers;

export interface IndexedChoices {
  kind: 'choice';
  name: string;
  values: readonly string[];
  /** 0 for none, or 1 + the index of a value. */
  cells: Uint16Array;
  /** Rows of each code. */
  totals: Uint32Array;
}

export interface IndexedNumbers {
  kind: 'number';
  name: string;
  /** NaN for none. */
  cells: Float32Array;
  low: number;
  high: number;
}

/** @param column with cells by the sample's id @param ids of the rows */
export function indexColumn(column: CodedColumn, ids: Int32Array): IndexedColumn {
  return column.kind === 'choice' ? indexChoices(column, ids) : indexNumbers(column, ids);
}

function indexChoices(
  { name, values, cells }: Extract<CodedColumn, { kind: 'choice' }>,
  ids: Int32Array,
): IndexedChoices {
  const byRow = new Uint16Array(ids.length);
  const totals = new Uint32Array(values.length + 1);
  for (let row = 0; row < ids.length; row++) {
    const code = cells[ids[row] as number] ?? 0;
    byRow[row] = code;
    totals[code] = (totals[code] as number) + 1;
  }
  return { kind: 'choice', name, values, cells: byRow, totals };
}

function indexNumbers(
  { name, cells }: Extract<CodedColumn, { kind: 'number' }>,
  ids: Int32Array,
): IndexedNumbers {
  const byRow = new Float32Array(ids.length);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < ids.length; row++) {
    const value = cells[ids[row] as number] ?? Number.NaN;
    byRow[row] = value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { kind: 'number', name, cells: byRow, ...(low <= high ? { low, high } : { low: 0, high: 0 }) };
}
