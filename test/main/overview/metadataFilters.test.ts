import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnCoder } from '../../../src/domain/codedColumns.ts';
import { type MetadataFilter, metadataFilterSchema } from '../../../src/domain/metadata.ts';
import { DEFAULT_SCORE } from '../../../src/labelQuality/scores/index.ts';
import { sliceDataset } from '../../../src/main/overview/slices.ts';
import { buildQueue, ReviewIndex } from '../../../src/main/reviewIndex/index.ts';
import { queueFilterSchema } from '../../../src/protocol/queue.ts';

type Row = Record<string, string>;

function indexOf(rows: readonly Row[], identity: string | null = null): ReviewIndex {
  const samples = rows.map((_, place) => ({
    id: 2 * place + 1,
    image: `${place}.png`,
    split: null,
    givenClass: 0,
    state: 'read' as const,
    currentVerdict: null,
    currentClass: null,
  }));
  const coder = new ColumnCoder([...new Set(rows.flatMap((row) => Object.keys(row)))]);
  for (const [place, row] of rows.entries()) coder.add(2 * place + 1, row);
  const index = ReviewIndex.of(samples, []);
  index.setMetadata(coder.finish(identity));
  return index;
}

const kinds = (index: ReviewIndex) => index.metadata.map(({ name, kind }) => `${name}: ${kind}`);
const queueOf = (index: ReviewIndex, metadata: MetadataFilter[]) =>
  buildQueue(index, queueFilterSchema.parse({ show: 'all', metadata }), DEFAULT_SCORE, 1);
const filter = (parts: Partial<MetadataFilter>) => metadataFilterSchema.parse({ column: 'it', ...parts });
const rowsOf = (values: readonly string[]): Row[] => values.map((it) => ({ it }));

describe('a further column of a source', () => {
  it('is of numbers, of choices, or text that nobody filters by', () => {
    const rows = Array.from({ length: 60 }, (_, row) => ({
      valence: (row / 60).toFixed(3),
      votes: String(row % 11),
      subject: String(row % 30),
      'zip code': `0${row % 30}`,
      file: `face ${row}.jpg`,
      age: row % 2 ? 'young' : 'old',
      landmarks: '12.5;'.repeat(60),
      empty: '',
    }));
    expect(kinds(indexOf(rows, 'subject'))).toEqual([
      'valence: number',
      'votes: choice',
      'subject: choice',
      'zip code: choice',
      'age: choice',
    ]);
  });

  it('of more numbers than a dictionary holds stays one of numbers', () => {
    const values = Array.from({ length: 70_000 }, (_, row) => (row / 1000).toFixed(3));
    const index = indexOf(rowsOf(values));
    expect(kinds(index)).toEqual(['it: number']);
    expect(queueOf(index, [filter({ from: 69.995 })]).rows).toHaveLength(5);
    expect(kinds(indexOf(rowsOf([...values, 'none of them'])))).toEqual([]);
  });

  const value = fc.constantFrom('', 'a', 'b', 'Ä', '10', '9', '"x"', ' a ');
  it('lets through the rows that have a chosen value, and counts each as if it alone were chosen', () => {
    fc.assert(
      fc.property(fc.array(value), fc.uniqueArray(value, { minLength: 1, maxLength: 3 }), (values, asked) => {
        const chosen = asked.map((text) => text.trim());
        const index = indexOf(rowsOf(values));
        const { rows, facets } = queueOf(index, [filter({ values: chosen })]);
        const passing = [...values.keys()].filter((row) => chosen.includes((values[row] as string).trim()));
        if (index.metadata.length > 0) expect([...rows].sort((a, b) => a - b)).toEqual(passing);
        for (const facet of facets.metadata) {
          if (facet.kind !== 'choice') throw new Error('these are no numbers');
          for (const choice of facet.choices) {
            expect(choice.count).toBe(values.filter((text) => text.trim() === choice.value).length);
          }
        }
      }),
    );
  });

  it('with another is cut into pairs that miss and double nothing', () => {
    const text = fc.constantFrom('', 'a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 5, maxLength: 60 }), (pairs) => {
        const index = indexOf(pairs.map(([one, two]) => ({ one, two })));
        fc.pre(index.metadata.length === 2);
        const { slices, none, all } = sliceDataset(index, [], ['one', 'two']);
        expect(none).toBe(pairs.filter((pair) => pair.includes('')).length);
        expect(slices.reduce((sum, { images }) => sum + images, 0)).toBe(all.images);
        for (const { filters, images } of slices) {
          const [one, two] = filters.map(({ values }) => values[0]);
          expect(images).toBe(pairs.filter((pair) => pair[0] === one && pair[1] === two).length);
        }
      }),
    );
  });

  const number = fc.option(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), {
    nil: null,
  });
  it('of numbers lets through a range with both its ends, and is cut into bands that miss and double nothing', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 30, maxLength: 80 }), (numbers) => {
        const texts = numbers.map((one) => (one === null ? '' : String(one)));
        const index = indexOf(rowsOf(texts));
        const column = index.metadata[0];
        fc.pre(column?.kind === 'number');
        const slices = sliceDataset(index, [], ['it']);
        const known = texts.filter((text) => text !== '');
        expect(slices.none).toBe(texts.length - known.length);
        expect(slices.slices.reduce((sum, { images }) => sum + images, 0)).toBe(known.length);
        for (const slice of slices.slices) {
          expect(queueOf(index, slice.filters).rows).toHaveLength(slice.images);
        }
      }),
    );
  });
});
