import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TINY_MODELS } from './colourDataset.ts';
import { giveName, knowTour } from './giveName.ts';

const ROOT = join(import.meta.dirname, '../..');
export const GREFEL = join(ROOT, 'bin/grefel.js');
const TINY_MODEL = join(TINY_MODELS, 'tiny.onnx');

/** Runs the built command line. */
export function grefel(args: string[], dataFolder: string): string {
  const env = { ...process.env, GREFEL_DATA_DIR: dataFolder };
  return execFileSync(process.execPath, [GREFEL, ...args], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Scans a dataset by the built command line, on the tiny model. */
export function scanTiny(folder: string, data: string): void {
  grefel(['scan', folder, '--quiet', '--model', TINY_MODEL], data);
}

export interface ServedDataset {
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/**
 * `grefel serve` as a user starts it, on the tiny model; `model` null is the shipped one.
 * @param annotator who has given their name here before; null for nobody, who is asked for it at the first verdict
 * @param tour whether the guided tour begins by itself
 * @param furtherArgs of the command
 */
export async function serveDataset(
  folder: string | null,
  dataFolder: string,
  model: string | null = TINY_MODEL,
  annotator: string | null = 'ann',
  tour = false,
  furtherArgs: readonly string[] = [],
): Promise<ServedDataset> {
  if (!tour) knowTour(dataFolder);
  if (annotator !== null) giveName(dataFolder, annotator);
  const args = [
    'serve',
    ...(folder === null ? [] : [folder]),
    ...(model === null ? [] : ['--model', model]),
    '--export-folder',
    dataFolder,
    '--quiet',
    ...furtherArgs,
  ];
  const child = spawn(process.execPath, [GREFEL, ...args], {
    env: { ...process.env, GREFEL_DATA_DIR: dataFolder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error('grefel serve ended at once'))),
  ]);
  return {
    url: String(line).trim(),
    process: child,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
