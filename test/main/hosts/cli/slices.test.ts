import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, vi } from 'vitest';
import { makeColourTable, TINY_MODELS } from '../../../support/colourDataset.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

// Processes are started, on whatever machine.
vi.setConfig({ testTimeout: 180_000 });

const PROGRAM = join(import.meta.dirname, '../../../../src/main/hosts/cli/main.ts');
const recordsOf = (text: string) => parse(text, { columns: true, bom: true }) as Record<string, string>[];

async function scannedTable() {
  const folder = join(temporaryFolder(), 'faces');
  await makeColourTable(folder);
  const env = { ...process.env, GREFEL_DATA_DIR: temporaryFolder() };
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', env });
  expect(run('scan', folder, '--model', join(TINY_MODELS, 'tiny.onnx')).status).toBe(0);
  return { folder, run };
}

describe('the further columns of a source', () => {
  it('slice a dataset on the command line, by one or two, and come out again in the cleaned CSV', async () => {
    const { folder, run } = await scannedTable();
    const source = recordsOf(readFileSync(join(folder, 'labels.csv'), 'utf8'));
    const count = (gender: string, ageGroup?: string) =>
      source.filter(
        (row) => row.gender === gender && (ageGroup === undefined || row['age group'] === ageGroup),
      ).length;

    const byGender = JSON.parse(run('slices', folder, '--by', 'gender', '--json').stdout);
    expect(
      byGender.slices.map(
        ({ filters, images, flagged }: { filters: object[]; images: number; flagged: number }) => [
          filters,
          images,
          flagged,
        ],
      ),
    ).toMatchObject([
      [[{ values: ['female'] }], count('female'), 2],
      [[{ values: ['male'] }], count('male'), 0],
    ]);

    const rows = recordsOf(run('slices', folder, '--by', 'gender', '--by', 'age group', '--csv').stdout);
    for (const row of rows.slice(0, -1)) {
      expect(Number(row.images)).toBe(count(row.gender ?? '', row['age group']));
      const [share, low, high] = ['flagged_share', 'flagged_share_low', 'flagged_share_high'].map((name) =>
        Number(row[name]),
      );
      expect(share).toBe(Number(row.flagged) / Number(row.scored));
      expect(low).toBeLessThanOrEqual((share as number) + 1e-9);
      expect(high).toBeGreaterThanOrEqual((share as number) - 1e-9);
    }
    expect(rows.at(-1)).toMatchObject({ gender: 'all', 'age group': 'all' });

    const text = run('slices', folder, '--by', 'gender').stdout;
    expect(text).toMatch(/^female +\d+ +[\d.]+ % \([\d.]+ to [\d.]+\)/m);
    expect(run('slices', folder, '--by', 'height')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no column "height" to slice by'),
    });
    expect(run('slices', folder)).toMatchObject({ status: 2 });

    const cleaned = recordsOf(run('export', folder, '--out', '-').stdout);
    for (const row of cleaned) {
      const given = source.find(({ image }) => image === row.image);
      expect([row.meta_gender, row['meta_age group']]).toEqual([given?.gender, given?.['age group']]);
    }
  });
});
