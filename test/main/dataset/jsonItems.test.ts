import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteAt, JsonFile, type JsonItem } from '../../../src/main/dataset/readers/jsonItems.ts';
import { JsonSplitter } from '../../../src/main/dataset/readers/jsonSplitter.ts';
import type { FolderListing } from '../../../src/main/dataset/recognition/folderListing.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const value = fc.jsonValue({ depthSize: 'small', stringUnit: 'grapheme' });
const documents = fc.record({
  document: fc.dictionary(
    fc.string({ unit: 'grapheme' }),
    fc.oneof(fc.array(value), fc.dictionary(fc.string(), value), value),
    {
      noNullPrototype: true,
    },
  ),
  space: fc.constantFrom('', ' ', '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\ufeff'),
});

type Document = typeof documents extends fc.Arbitrary<infer T> ? T : never;
const textOf = ({ document, space, lineEnd, mark }: Document) =>
  mark + JSON.stringify(document, null, space).replaceAll('\n', lineEnd);

async function itemsOf(bytes: Buffer, ...lists: string[]): Promise<JsonItem[]> {
  const root = temporaryFolder();
  writeFileSync(join(root, 'file.json'), bytes);
  const items: JsonItem[] = [];
  for await (const item of new JsonFile({ root } as FolderListing, 'file.json').items(...lists))
    items.push(item);
  return items;
}

describe('a JSON file that is read item by item', () => {
  it('has the items of the requested lists and objects, each with its position in bytes', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (made) => {
        const bytes = Buffer.from(textOf(made));
        const lists = Object.keys(made.document).filter((_, place) => place % 2 === 0);
        const found = await itemsOf(bytes, ...lists);
        const expected = lists.flatMap((list) => {
          const content = made.document[list];
          if (typeof content !== 'object' || content === null) return [];
          return Object.entries(content).map(([name, item]) => ({
            list,
            name: Array.isArray(content) ? '' : name,
            item,
          }));
        });
        const inOrder = (one: { list: string; name: string }) => `${one.list}\n${one.name}`;
        const read = found.map(({ list, name, text }) => ({ list, name, item: JSON.parse(text) as unknown }));
        expect(read.map(inOrder).sort()).toEqual(expected.map(inOrder).sort());
        expect(read.map((one) => JSON.stringify(one)).sort()).toEqual(
          expected.map((one) => JSON.stringify(one)).sort(),
        );
        for (const item of found) {
          expect(bytes.toString('utf8', item.valueStart, item.end)).toBe(item.text);
          expect(byteAt(item, item.text.length)).toBe(item.end);
          expect(bytes.toString('utf8', 0, item.start).split('\n')).toHaveLength(item.line);
          const between =
            item.nextStart === null ? ',' : bytes.toString('utf8', item.end, item.nextStart).trim();
          expect(between).toBe(',');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is cut alike, in whatever pieces its bytes come', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 40 }), (made, size) => {
        const bytes = Buffer.from(textOf(made));
        const cut = (pieces: Buffer[]) => {
          const splitter = new JsonSplitter(() => true);
          const spans = pieces.flatMap((piece) => [...splitter.write(piece)]);
          splitter.end();
          return spans.map((span) => ({ ...span, bytes: span.bytes.toString() }));
        };
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, place) =>
          bytes.subarray(place * size, (place + 1) * size),
        );
        expect(cut(pieces)).toEqual(cut([bytes]));
      }),
    );
  });

  it.each([
    ['cut off', '{"a": [1, 2', 'line 1: the file is truncated'],
    ['cut off in a string', '{"a": [1,\n "b', 'line 2: the file is truncated'],
    ['empty', '', 'line 1: the file is truncated'],
    ['without a comma', '{"a": [1,\n {"b": 1} {"c": 2}]}', 'line 2: it is not JSON (a comma was expected)'],
    ['with a comma too many', '{"a": [1,\n]}', 'line 2: it is not JSON (a value was expected)'],
    ['with two documents', '{"a": [1]}\n{}', 'line 2: it is not JSON (the end of the file was expected)'],
    ['with a comment', '{"a": [1 /* one */]}', 'line 1: it is not JSON (InvalidCommentToken)'],
    ['in another encoding', Buffer.from('{"a": ["caf\xe9"]}', 'latin1'), 'line 1: it is not in UTF-8'],
    ['in UTF-16', Buffer.from('\ufeff{"a": [1]}', 'utf16le'), 'line 1: it is not in UTF-8'],
    ['with brackets that do not match', '{"a": [{"b": [1}]]}', 'line 1: it is not JSON'],
  ])('says which line is damaged: %s', async (_, content, problem) => {
    await expect(itemsOf(Buffer.from(content as string), 'a')).rejects.toThrow(problem);
  });

  it('that cannot be opened is reported by its name', async () => {
    const file = new JsonFile({ root: temporaryFolder() } as FolderListing, 'gone.json');
    await expect(file.items('a').next()).rejects.toThrow(/gone\.json: cannot be read/);
  });
});
