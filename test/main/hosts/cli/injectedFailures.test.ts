import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../../src/main/hosts/cli/program.ts';
import { findInstallation } from '../../../../src/main/installation.ts';
import { defaultProjectFile } from '../../../../src/main/opened/index.ts';
import { ProjectFile } from '../../../../src/main/project/index.ts';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../../../support/colourDataset.ts';
import { SQLITE_CODES, SYSTEM_CODES, withFailingStorage } from '../../../support/failingStorage.ts';

/** Calls of a command that are made to fail, spread over all that it makes. */
const TRIED = 40;

let root = '';
let folder = '';
let dataFolder = '';
const dataFolderBefore = process.env.GREFEL_DATA_DIR;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'grefel-failing-')));
  folder = join(root, 'faces');
  dataFolder = join(root, 'data');
  process.env.GREFEL_DATA_DIR = dataFolder;
  await makeColourDataset(folder, SMALL_DATASET);
  const { code, stderr } = await run([
    'scan',
    folder,
    '--model',
    join(TINY_MODELS, 'tiny.onnx'),
    '--no-tuning',
    '--quiet',
  ]);
  expect(code, stderr).toBe(0);
  const project = defaultProjectFile(folder);
  cpSync(project, `${project}.last-good`);
  cpSync(dataFolder, join(root, 'kept'), { recursive: true });
  const decisions =
    'image,label_clean,status,annotator,decided_at\nhappy/1.png,sad,relabelled,bob,2026-01-03T00:00:00Z\n';
  writeFileSync(join(root, 'decisions.csv'), decisions);
  const rows = Object.keys(SMALL_DATASET).map((image) => `${image},0.9,0.1`);
  writeFileSync(join(root, 'predictions.csv'), ['image,happy,sad', ...rows].join('\n'));
  writeFileSync(join(root, 'truth.csv'), 'image,label\nhappy/wrong.png,sad\nhappy/1.png,happy\n');
}, 240_000);

afterAll(() => {
  if (dataFolderBefore === undefined) delete process.env.GREFEL_DATA_DIR;
  else process.env.GREFEL_DATA_DIR = dataFolderBefore;
  rmSync(root, { recursive: true, force: true });
});

/** Runs a command in this process, and keeps its output. */
async function run(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const keep = (stream: 'stdout' | 'stderr') =>
    vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      said[stream] += String(chunk);
      return true;
    });
  const spies = [keep('stdout'), keep('stderr')];
  try {
    return { code: await runCommand(args), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs `serve` until its address is printed, or it has ended. */
async function runServe(args: string[]) {
  const own = (['uncaughtException', 'unhandledRejection'] as const).map(
    (event) => [event, process.listeners(event as 'uncaughtException')] as const,
  );
  const before = process.listenerCount('SIGINT');
  const stop = setInterval(() => {
    if (process.listenerCount('SIGINT') > before) process.emit('SIGINT');
  }, 5);
  try {
    return await run(args);
  } finally {
    clearInterval(stop);
    for (const [event, listeners] of own) {
      process.removeAllListeners(event);
      for (const listener of listeners) process.on(event, listener);
    }
  }
}

const { modelsFolder } = findInstallation();
const commands: Record<string, () => string[]> = {
  flags: () => ['flags', folder],
  slices: () => ['slices', folder, '--by', 'split'],
  export: () => [
    'export',
    folder,
    '--out',
    join(root, 'out.csv'),
    '--force',
    '--report',
    join(root, 'report.html'),
  ],
  quality: () => ['quality', folder],
  eval: () => ['eval', folder, '--truth', join(root, 'truth.csv')],
  apply: () => ['apply', folder, join(root, 'decisions.csv')],
  merge: () => ['merge', join(root, 'decisions.csv'), '--out', join(root, 'merged.csv'), '--force'],
  agreement: () => ['agreement', folder],
  assign: () => ['assign', folder, '--annotators', 'ann,bob'],
  'scan --restore': () => ['scan', folder, '--restore', '--model', join(root, 'no-model.onnx')],
  'import-predictions': () => [
    'import-predictions',
    folder,
    join(root, 'predictions.csv'),
    '--no-tuning',
    '--quiet',
  ],
  serve: () => ['serve', folder, '--quiet', '--model', join(TINY_MODELS, 'tiny.onnx')],
  models: () => ['models'],
  'models grefel-small': () => ['models', 'grefel-small'],
  doctor: () => ['doctor'],
  scan: () => ['scan', folder, '--model', join(root, 'no-model.onnx')],
};

const LISTS_MODELS = new Set(['models', 'doctor']);

/** Up to `count` numbers spread over 1 to `last`, both ends among them. */
function spread(last: number, count: number): number[] {
  const numbers = Array.from(
    { length: count },
    (_, index) => 1 + Math.round((index * (last - 1)) / (count - 1)),
  );
  return [...new Set(numbers)].filter((number) => number >= 1 && number <= last);
}

describe('a command of which a call to the disk fails', () => {
  it.each(Object.keys(commands))(
    '%s says so in a message, and leaves a project that opens',
    async (name) => {
      const args = commands[name]?.() as string[];
      const reset = () => {
        rmSync(dataFolder, { recursive: true, force: true });
        cpSync(join(root, 'kept'), dataFolder, { recursive: true });
      };
      const project = defaultProjectFile(folder);
      reset();
      const roots = [root, modelsFolder];
      const start = args[0] === 'serve' ? runServe : run;
      const calls = await withFailingStorage(roots, null, () => start(args));
      const ofSqlite = calls.filter((call) => call.startsWith('sqlite.'));
      expect(calls.length, name).toBeGreaterThan(0);
      const tries = [
        ...spread(calls.length - ofSqlite.length, TRIED).map((at, index) => ({
          at,
          code: SYSTEM_CODES[index % SYSTEM_CODES.length] as string,
        })),
        ...spread(ofSqlite.length, TRIED).map((at, index) => ({
          at,
          code: SQLITE_CODES[index % SQLITE_CODES.length] as string,
        })),
      ];
      let told = 0;
      for (const injection of tries) {
        reset();
        let result = { code: -1, stdout: '', stderr: '' };
        const made = await withFailingStorage(roots, injection, async () => {
          result = await start(args);
        });
        const what = `${name}: ${injection.code} at call ${injection.at} (${made.at(-1)}): ${result.stderr}`;
        expect([0, 1], what).toContain(result.code);
        expect(result.stderr + result.stdout, what).not.toMatch(
          /\n\s+at |SqliteError|ZodError|TypeError|unexpected/,
        );
        expect(result.stderr, what).not.toContain('GReFEL Relabel failed');
        if (result.code === 1) expect(result.stderr.match(/^grefel: /gm), what).toHaveLength(1);
        if (result.code === 1) told++;
        ProjectFile.openForWriting(project).close(); // its lock was given back
      }
      // A model that cannot be read is one of a list, and no end of the command.
      const least = LISTS_MODELS.has(name) ? 0 : tries.length / 3;
      expect(told, 'failures that the command was ended by').toBeGreaterThan(least);
    },
    300_000,
  );
});
