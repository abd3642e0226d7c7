import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Where Node keeps what it compiled: hundreds of processes of the tests run the same few programs. */
export const COMPILED = join(ROOT, 'node_modules/.cache/compiled');

/**
 * Runs each program without one that it could talk to, so that it ends as soon as it is loaded. A program that is
 * killed, as most are in the tests, does not keep what it compiled.
 */
export async function loadOnce(programs: readonly string[]): Promise<void> {
  await Promise.all(
    programs.map((program) =>
      once(spawn(process.execPath, [join(ROOT, program)], { stdio: 'ignore' }), 'exit'),
    ),
  );
}

/** Before the unit tests, whose processes run the sources. */
export default async function compilePrograms(): Promise<void> {
  await loadOnce(['src/main/engine/engineProcess.ts', 'src/main/decoding/decoderProcess.ts']);
}
