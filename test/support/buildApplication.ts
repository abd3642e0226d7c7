import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadOnce } from './compiledPrograms.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Builds the application for its tests, once before them, unless its build is newer than its sources. */
export default async function buildApplication(): Promise<void> {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'bin/buildIfChanged.js')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The application cannot be built:\n${stderr}`);
  await loadOnce(['out/main/engine.js', 'out/main/decoder.js', 'out/main/core.js']);
}
