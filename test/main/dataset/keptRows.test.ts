import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { wordRecord } from '../../../src/domain/wordRecord.ts';
import type { SampleRecord } from '../../../src/main/dataset/index.ts';
import { KeptRows } from '../../../src/main/dataset/keptRows.ts';

const LONG = 'n'.repeat(2 ** 16);
/** Some ten rows with a long note are kept as they are. */
const MOST_BYTES = { plain: 10 * LONG.length, packed: 2 ** 21 };

/** @param note the only further column */
function rowOf(number: number, note: string): SampleRecord {
  return {
    image: `images/${number}.png`,
    path: `images/${number}.png`,
    region: { kind: 'box', left: 1 / 3, top: number, width: 0.1, height: 1 },
    split: number % 2 ? 'train' : null,
    givenLabel: 'müde \ud83d "\n',
    problem: null,
    metadata: number % 3 ? wordRecord([['__proto__', note]]) : null,
    place: { kind: 'text', file: 'labels.csv', label: { start: 1, end: 2 }, row: { start: 0, end: 3 } },
  };
}

function keep(rows: readonly SampleRecord[], observe?: (row: SampleRecord) => void): KeptRows {
  const kept = new KeptRows(observe, MOST_BYTES);
  for (const row of rows) kept.add(row);
  return kept;
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, number) => rowOf(number, LONG));

describe('rows that are kept', () => {
  it.each([0, 1, 12, 50, 200])('%i of them are the same when they are read again, and again', (count) => {
    const rows = rowsOf(count);
    const kept = keep(rows);
    for (const _ of ['once', 'again']) expect([...(kept.rows ?? [])]).toEqual(rows);
  });

  it('have the columns of their source and no others, whatever a column is called', () => {
    const { metadata } = [...(keep(rowsOf(50)).rows ?? [])].at(-1) as SampleRecord;
    expect(Object.keys(metadata ?? {})).toEqual(['__proto__']);
    expect(metadata?.constructor).toBeUndefined();
  });

  it('are given up where they would fill the memory, and are still seen', () => {
    const random = randomBytes(2 ** 18).toString('latin1');
    const rows = Array.from({ length: 50 }, () => rowOf(1, random));
    let seen = 0;
    const kept = keep(rows, () => seen++);
    expect(kept.rows).toBeNull();
    expect(seen).toBe(50);
  });
});
