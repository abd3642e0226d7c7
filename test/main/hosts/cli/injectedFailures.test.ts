import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../../src/main/hosts/cli/program.ts';
import { defaultProjectFile } from '../../../../src/main/opened/index.ts';
import { ProjectFile } from '../../../../src/main/project/index.ts';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../../../support/colourDataset.ts';
import { withFailingStorage } from '../../../support/failingStorage.ts';

const SYSTEM_CODES = ['EROFS', 'EACCES', 'ENOSPC', 'EIO', 'EMFILE', 'ENOENT', 'EBUSY', 'ENODEV', 'EDQUOT'];
const SQLITE_CODES = [
  'SQLITE_FULL',
  'SQLITE_READONLY',
  'SQLITE_CORRUPT',
  'SQLITE_BUSY',
  'SQLITE_IOERR_READ',
  'SQLITE_CANTOPEN',
  'SQLITE_NOTADB',
  'SQLITE_READONLY_DBMOVED',
  'SQLITE_IOERR_WRITE',
];
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
    '--no-head',
    '--quiet',
  ]);
  expect(code, stderr).toBe(0);
  const project = defaultProjectFile(folder);
  cpSync(project, `${project}.last-good`);
  cpSync(dataFolder, join(root, 'kept'), { recursive: true });
  const decisions =
    'image,label_clean,status,annotator,decided_at\nhappy/1.png,sad,relabelled,bob,2026-01-03T00:00:00Z\n';
  writeFileSync(join(root, 'decisions.csv'), decisions);
  writeFileSync(join(root, 'truth.csv'), 'image,label\nhappy/wrong.png,sad\nhappy/1.png,happy\n');
}, 240_000);

afterAll(() => {
  if (dataFolderBefore === undefined) delete process.env.GREFEL_DATA_DIR;
  else process.env.GREFEL_DATA_DIR = dataFolderBefore;
  rmSync(root, { recursive: true, force: true });
});

/** Runs a command in this process, and keeps what it says. */
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
  scan: () => ['scan', folder, '--model', join(root, 'no-model.onnx')],
};

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
      const calls = await withFailingStorage(root, null, () => run(args));
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
        const made = await withFailingStorage(root, injection, async () => {
          result = await run(args);
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
      expect(told, 'failures that the command was ended by').toBeGreaterThan(tries.length / 3);
    },
    300_000,
  );
});
