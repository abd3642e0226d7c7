/**
 * How many of the errors planted in the sample dataset the flags find: `npm run bench:sample`, after a build.
 * The program gets only the folder of faces; the truth is used here, by `grefel eval`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readArguments } from './arguments.ts';

readArguments('bench/sample.ts', {});
const root = join(import.meta.dirname, '..');
const sample = join(root, 'resources', 'sample');
const faces = join(sample, 'faces');
const data = mkdtempSync(join(tmpdir(), 'grefel-sample-'));

function grefel(...args: string[]): string {
  const env = { ...process.env, GREFEL_DATA_DIR: data };
  return execFileSync(process.execPath, [join(root, 'bin', 'grefel.js'), ...args], { encoding: 'utf8', env });
}

try {
  grefel('scan', faces, '--quiet');
  console.log(grefel('eval', faces, '--truth', join(sample, 'truth.csv')));
  const planted = parse(readFileSync(join(sample, 'planted.csv')), { columns: true }) as { image: string }[];
  const errors = new Set(planted.map(({ image }) => image));
  const flagged = (
    JSON.parse(grefel('flags', faces, '--json', '--limit', '10000')) as { image: string }[]
  ).map(({ image }) => image);
  const found = (images: string[]) => images.filter((image) => errors.has(image)).length;
  const first = found(flagged.slice(0, errors.size));
  console.log(
    `${errors.size} planted errors; ${flagged.length} labels flagged, ${found(flagged)} of them planted; ` +
      `among the first ${errors.size} flagged ${first} are planted.`,
  );
} finally {
  rmSync(data, { recursive: true, force: true });
}
