import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTree } from '../../support/roundTrip.ts';

const label = fc.oneof(
  fc.constantFrom('happy', 'sad', 'très content', 'a, b', 'say "no"', '=1+1', 'two\nlines', '#', ' space '),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
    .filter((text) => /^[^\0\r\ufeff]*\S[^\0\r]*$/.test(text)),
);
const cell = (text: string, mustQuote: boolean) =>
  mustQuote || /["\n,]/.test(text) || /^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

describe('a written table of labels', () => {
  const tables = fc.record({
    labels: fc.array(label, { minLength: 2, maxLength: 12 }),
    quoted: fc.boolean(),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('', '\ufeff'),
    finalEnd: fc.boolean(),
    encoding: fc.constantFrom('utf8', 'utf16le'),
    changed: fc.nat(),
    newLabel: label,
  });

  it('is the same bytes without a change, and differs in one row with one', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const { labels, quoted, lineEnd, mark, finalEnd, newLabel } = table;
        const images = labels.map((_, index) => `faces/ñ ${index} #,.jpg`);
        const line = (image: string, value: string, isQuoted: boolean) =>
          `${index(image)},${cell(image, true)},${cell(value, isQuoted)},x`;
        const index = (image: string) => images.indexOf(image);
        const isWide = table.encoding === 'utf16le';
        const text = (values: string[], quotedRow: (row: number) => boolean) =>
          (isWide ? '\ufeff' : mark) +
          [
            'id,image,label,note',
            ...images.map((image, row) => line(image, values[row] ?? '', quotedRow(row))),
          ].join(lineEnd) +
          (finalEnd ? lineEnd : '');
        const bytes = (content: string) => Buffer.from(content, isWide ? 'utf16le' : 'utf8');
        const source = bytes(text(labels, () => quoted));
        const options = { table: 'labels.csv', imageColumn: 'image', labelColumn: 'label' };
        const { write, samples } = await openTree(
          { 'labels.csv': source, ...Object.fromEntries(images.map((image) => [image, 'x'])) },
          options,
        );
        expect(samples.map((sample) => sample.image)).toEqual(images);
        expect(await write()).toEqual({ 'labels.csv': source.toString('latin1') });

        const row = table.changed % images.length;
        const changed = text(
          labels.map((value, at) => (at === row ? newLabel : value)),
          (at) =>
            quoted ||
            (at === row &&
              (/["\n,;\t|]/.test(newLabel) ||
                newLabel !== newLabel.trim() ||
                cell(labels[at] ?? '', false).startsWith('"'))),
        );
        const written = await write({ [images[row] as string]: newLabel });
        expect(written).toEqual({ 'labels.csv': bytes(changed).toString('latin1') });
      }),
      { numRuns: 60 },
    );
  });

  it('loses the whole row of an image that is left out', async () => {
    const images = { 'a.jpg': 'x', 'b.jpg': 'x', 'c.jpg': 'x' };
    const text = 'image,label\r\na.jpg,sad\r\n\r\nb.jpg,"two\nlines"\r\nc.jpg,fear';
    const { write } = await openTree({ 'labels.csv': text, ...images });
    expect(await write({ 'b.jpg': null })).toEqual({
      'labels.csv': 'image,label\r\na.jpg,sad\r\n\r\nc.jpg,fear',
    });
    expect(await write({ 'c.jpg': null, 'a.jpg': null })).toEqual({
      'labels.csv': 'image,label\r\n\r\nb.jpg,"two\nlines"\r\n',
    });
  });

  it('keeps an old encoding, and says when it cannot hold a label', async () => {
    const text = Buffer.from('image,label\na.jpg,d\xe9go\xfbt\nb.jpg,joie\n', 'latin1');
    const { write } = await openTree({ 'labels.csv': text, 'a.jpg': 'x', 'b.jpg': 'x' });
    expect(await write()).toEqual({ 'labels.csv': text.toString('latin1') });
    expect((await write({ 'b.jpg': 'gêné' }))['labels.csv']).toContain('b.jpg,g\xean\xe9\n');
    await expect(write({ 'b.jpg': '喜' })).rejects.toThrow(/windows-1252/);
  });
});

describe('a written tree of class folders', () => {
  it('is the same tree without a change, and moves the one image that changes', async () => {
    const tree = {
      'train/happy/a.jpg': '1',
      'train/happy/S1/a.jpg': '2',
      'train/sad/a.jpg': '3',
      'test/Happy/A.JPG': '4',
      'test/sad/b.jpg': '5',
    };
    const { write } = await openTree(tree);
    expect(await write()).toEqual(tree);
    expect(await write({ 'train/happy/S1/a.jpg': 'sad', 'train/happy/a.jpg': 'sad' })).toEqual({
      'train/sad/a-2.jpg': '1',
      'train/sad/S1/a.jpg': '2',
      'train/sad/a.jpg': '3',
      'test/Happy/A.JPG': '4',
      'test/sad/b.jpg': '5',
    });
    expect(Object.keys(await write({ 'test/sad/b.jpg': 'fear', 'train/sad/a.jpg': null }))).toEqual([
      'test/Happy/A.JPG',
      'test/fear/b.jpg',
      'train/happy/S1/a.jpg',
      'train/happy/a.jpg',
    ]);
  });
});
