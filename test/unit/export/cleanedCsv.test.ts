import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLEANED_COLUMNS, type CleanedRow, cleanedCsv, writeWhole } from '../../../src/main/export/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function textOf(rows: CleanedRow[]): Promise<string> {
  let text = '';
  for await (const chunk of cleanedCsv(rows)) text += chunk;
  return text;
}

const oddText = fc.oneof(
  fc.string(),
  fc.constantFrom('a,b', 'say "x"', 'two\nlines', 'CR\r\nLF', '=1+1', ' lead', 'Ünïcode', '#2', ''),
);
const row = fc.record(
  Object.fromEntries(CLEANED_COLUMNS.map((column) => [column, oddText])),
) as unknown as fc.Arbitrary<CleanedRow>;

async function* chunks(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

describe('the cleaned CSV', () => {
  it('reads back as it was, whatever is in its fields', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 5 }), async (rows) => {
        expect(parse(await textOf(rows), { columns: true })).toEqual(rows);
      }),
    );
  });

  it('has its thirteen columns and CRLF also when no row is left', async () => {
    expect(await textOf([])).toBe(`${CLEANED_COLUMNS.join(',')}\r\n`);
  });

  it('is written whole or not at all', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'out.csv');
    const options = { datasetFolder: join(folder, 'dataset'), replace: false };
    async function* broken() {
      yield 'half of it';
      throw new Error('no space');
    }
    await expect(writeWhole(file, broken(), options)).rejects.toThrow(/could not be written \(no space\)/);
    expect(readdirSync(folder)).toEqual([]);
    await writeWhole(file, chunks('all', ' of it'), options);
    expect(readFileSync(file, 'utf8')).toBe('all of it');
  });

  it('replaces a file only when told to, and never one of the dataset', async () => {
    const folder = temporaryFolder();
    const datasetFolder = join(folder, 'dataset');
    mkdirSync(datasetFolder);
    const [outside, inside] = [join(folder, 'out.csv'), join(datasetFolder, 'labels.csv')];
    writeFileSync(outside, 'old');
    writeFileSync(inside, 'source');
    await expect(writeWhole(outside, chunks('new'), { datasetFolder, replace: false })).rejects.toThrow(
      /exists/,
    );
    await writeWhole(outside, chunks('new'), { datasetFolder, replace: true });
    expect(readFileSync(outside, 'utf8')).toBe('new');
    await expect(writeWhole(inside, chunks('new'), { datasetFolder, replace: true })).rejects.toThrow(
      /never written/,
    );
    expect(readFileSync(inside, 'utf8')).toBe('source');
    await writeWhole(join(datasetFolder, 'cleaned.csv'), chunks('new'), { datasetFolder, replace: false });
    expect(existsSync(join(datasetFolder, 'cleaned.csv'))).toBe(true);
  });
});
