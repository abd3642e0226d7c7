import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { TINY_MODELS } from '../../../support/colourDataset.ts';
import { makeTree } from '../../../support/datasetTree.ts';
import { photograph } from '../../../support/photographs.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const PROGRAM = join(import.meta.dirname, '../../../../src/main/hosts/cli/main.ts');

it('finds faces on the command line, says how many, and exports their boxes', {
  timeout: 120_000,
}, async () => {
  const large = { file: 'anger/aiko_005.jpg', left: 60, top: 120, side: 220 };
  const small = { file: 'happiness/aiko_007.jpg', left: 420, top: 40, side: 110 };
  const folder = await makeTree(join(temporaryFolder(), 'photographs'), {
    'angry/two.jpg': await photograph([large, small]),
    'happy/none.jpg': await photograph([]),
  });
  const env = { ...process.env, GREFEL_DATA_DIR: temporaryFolder() };
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', env });
  expect(run('scan', folder, '--faces', 'sometimes')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Allowed choices are none, box, detect'),
  });

  const scanned = run('scan', folder, '--faces', 'detect', '--model', join(TINY_MODELS, 'tiny.onnx'));
  expect(scanned.stderr).toContain('1 image with several faces');
  expect(scanned.stderr).toContain('1 image without a face, used whole');
  expect(scanned).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^3 images scanned, 0 unreadable/),
  });

  const out = join(temporaryFolder(), 'cleaned.csv');
  expect(run('export', folder, '--out', out).status).toBe(0);
  const rows = parse(readFileSync(out), { columns: true }) as Record<string, string>[];
  expect(rows.map(({ image, face }) => [image, face])).toEqual([
    ['angry/two.jpg', '1/2'],
    ['angry/two.jpg#2', '2/2'],
    ['happy/none.jpg', '0/0'],
  ]);
  expect(Number(rows[0]?.box_width)).toBeGreaterThan(Number(rows[1]?.box_width));
  expect(rows[2]?.box_width).toBe('');
});
