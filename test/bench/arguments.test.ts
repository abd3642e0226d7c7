import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const ROOT = join(import.meta.dirname, '../..');
const files = globSync('{bench,test}/**/*.ts', { cwd: ROOT });
const textOf = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
const isImported = (file: string) =>
  [...textOf.values()].some((text) => text.includes(`/${basename(file)}';`));
const programs = files.filter((file) => file.startsWith('bench') && !isImported(file));

it('every benchmark refuses arguments that it does not know', () => {
  expect(programs).toContain('bench/review/review.ts');
  const careless = programs.filter(
    (file) => !/\b(readArguments|ferArguments)\(/.test(textOf.get(file) ?? ''),
  );
  expect(careless).toEqual([]);
});

it.each([
  ['--help', 0, 'usage: npx node bench/review/review.ts [SIZE ...] [--again]'],
  ['--agian', 2, "Unknown option '--agian'"],
  ['tenthousand', 2, 'Not a number: tenthousand'],
])('the benchmark of the review, with %s, ends before it measures anything', (word, status, said) => {
  const env = { ...process.env, GREFEL_BENCH_DIR: temporaryFolder() };
  const ended = spawnSync(process.execPath, ['bench/review/review.ts', word], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(ended.status).toBe(status);
  expect(ended.stdout + ended.stderr).toContain(said);
});
