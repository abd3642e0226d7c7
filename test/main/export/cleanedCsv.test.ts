import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLEANED_COLUMNS, CsvWriter, csvColumns, writeWhole } from '../../../src/main/export/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function* chunks(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

describe('the cleaned CSV', () => {
  it('has its thirteen first columns and CRLF also when no row is left', () => {
    const text = new CsvWriter(csvColumns([])).text([]);
    expect(text).toBe(`${CLEANED_COLUMNS.join(',')}\r\n`);
    expect(CLEANED_COLUMNS.at(-1)).toBe('problem');
    expect(CLEANED_COLUMNS.slice(0, 13)).toEqual([
      'image',
      'split',
      'label_given',
      'label_clean',
      'status',
      'annotator',
      'decided_at',
      'label_primary',
      'label_corrected',
      'confidence_primary',
      'confidence_corrected',
      'nearest_anchor',
      'flag_score',
    ]);
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

  it('replaces a file only on request, and never one of the dataset', async () => {
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
      /in the dataset, which is never changed/,
    );
    expect(readFileSync(inside, 'utf8')).toBe('source');
    const beside = join(datasetFolder, 'cleaned.csv');
    await expect(writeWhole(beside, chunks('new'), { datasetFolder, replace: false })).rejects.toThrow(
      /in the dataset, which is never changed/,
    );
    expect(existsSync(beside)).toBe(false);
  });
});
