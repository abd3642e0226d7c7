import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { removeStalePartials, writeFolder, writeWhole } from '../../../src/main/export/index.ts';
import { runCommand } from '../../../src/main/hosts/cli/program.ts';
import { datasetsAround, defaultProjectFile } from '../../../src/main/opened/index.ts';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

async function* chunks(text: string): AsyncGenerator<string> {
  yield text;
}

async function* files() {
  yield { path: 'a.txt', content: chunks('a') };
}

function dataset() {
  const folder = temporaryFolder();
  const [datasetFolder, outside] = [join(folder, 'dataset'), join(folder, 'outside')];
  mkdirSync(join(datasetFolder, 'train'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(datasetFolder, 'labels.csv'), 'source');
  return { folder, datasetFolder, outside, options: { datasetFolder, replace: true } };
}

describe('a place in the dataset is refused, whatever leads there', () => {
  it('a link to its folder, or to a folder in it', async () => {
    const { folder, datasetFolder, options } = dataset();
    symlinkSync(datasetFolder, join(folder, 'link'));
    symlinkSync(join(datasetFolder, 'train'), join(folder, 'train'));
    for (const place of ['link/labels.csv', 'link/new.csv', 'train/new.csv', 'dataset/../link/train/x.csv']) {
      await expect(writeWhole(join(folder, place), chunks('new'), options)).rejects.toThrow(
        /in the dataset, which is never changed/,
      );
    }
    await expect(writeFolder(join(folder, 'link/out'), files(), options)).rejects.toThrow(
      /in the dataset, which is never changed/,
    );
    expect(readFileSync(join(datasetFolder, 'labels.csv'), 'utf8')).toBe('source');
    expect(readdirSync(datasetFolder).sort()).toEqual(['labels.csv', 'train']);
  });

  it('a link to one of its files, or a hard link', async () => {
    const { outside, datasetFolder, options } = dataset();
    symlinkSync(join(datasetFolder, 'labels.csv'), join(outside, 'soft.csv'));
    linkSync(join(datasetFolder, 'labels.csv'), join(outside, 'hard.csv'));
    for (const name of ['soft.csv', 'hard.csv']) {
      await expect(writeWhole(join(outside, name), chunks('new'), options)).rejects.toThrow(
        /in the dataset, which is never changed/,
      );
    }
    expect(readFileSync(join(datasetFolder, 'labels.csv'), 'utf8')).toBe('source');
  });

  it('what a link in the dataset leads to, but not a folder that holds it', async () => {
    const { folder, outside, datasetFolder, options } = dataset();
    symlinkSync(outside, join(datasetFolder, 'more'));
    symlinkSync(folder, join(datasetFolder, 'up'));
    await expect(writeWhole(join(outside, 'new.csv'), chunks('new'), options)).rejects.toThrow(
      /in the dataset, which is never changed/,
    );
    await writeWhole(join(folder, 'new.csv'), chunks('new'), options);
    expect(readFileSync(join(folder, 'new.csv'), 'utf8')).toBe('new');
  });

  it('another dataset that has a project', async () => {
    temporaryDataFolder();
    const { datasetFolder, folder } = dataset();
    const project = defaultProjectFile(datasetFolder);
    mkdirSync(join(project, '..'), { recursive: true });
    writeFileSync(project, '');
    symlinkSync(datasetFolder, join(folder, 'link'));
    const target = join(folder, 'link/labels.csv');
    const options = { datasetFolder: null, otherDatasets: datasetsAround(target), replace: true };
    await expect(writeWhole(target, chunks('new'), options)).rejects.toThrow(
      /in the dataset, which is never changed/,
    );
  });
});

describe('an output that would replace what it should not', () => {
  it.skipIf(process.platform === 'win32')('a pipe or a device is refused, also with --force', async () => {
    const { outside, options } = dataset();
    const pipe = join(outside, 'pipe');
    spawnSync('mkfifo', [pipe]);
    for (const target of [pipe, '/dev/null']) {
      await expect(writeWhole(target, chunks('new'), options)).rejects.toThrow(
        /is a device, a pipe or a socket/,
      );
    }
  });

  it('a project file, what lies beside it, and a link to it are refused, also with --force', async () => {
    const { outside, options } = dataset();
    const file = join(outside, 'project.sqlite');
    const project = ProjectFile.openForWriting(file);
    for (const name of ['-wal', '-lock']) expect(existsSync(file + name)).toBe(true);
    writeFileSync(`${file}.features`, 'features');
    writeFileSync(`${file}.columns`, 'columns');
    symlinkSync(file, join(outside, 'soft.csv'));
    linkSync(file, join(outside, 'hard.csv'));
    for (const name of ['', '-wal', '-lock', '.features', '.columns', '/../soft.csv', '/../hard.csv']) {
      const target = resolve(file + name);
      await expect(writeWhole(target, chunks('new'), options)).rejects.toThrow(
        /is a project file or belongs/,
      );
    }
    project.close();
    ProjectFile.openForReading(file).close();
  });

  it.each([
    ['--report', './out.csv'],
    ['--votes', 'other/../out.csv'],
  ])(
    'another output of the same command, by %s, is refused before anything is written',
    async (option, file) => {
      const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      try {
        expect(await runCommand(['export', 'faces', '--out', 'out.csv', option, file, '--force'])).toBe(2);
        expect(said.mock.calls.join()).toContain('must be different files');
      } finally {
        said.mockRestore();
      }
    },
  );
});

describe('what a killed process has left', () => {
  it('is removed at the next start, and beside the next output of that name; what still runs is not', async () => {
    const { outside, options } = dataset();
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    const [stale, running] = [join(outside, `a.csv.${ended}.partial`), join(outside, 'a.csv.1.partial')];
    const folder = join(outside, `tree.${ended}.partial`);
    const journal = temporaryFolder();
    mkdirSync(folder);
    for (const file of [stale, running, join(folder, 'x')]) writeFileSync(file, 'half');
    writeFileSync(join(journal, `${ended}-0`), folder);
    removeStalePartials(journal);
    expect([existsSync(folder), readdirSync(journal)]).toEqual([false, []]);
    await writeWhole(join(outside, 'a.csv'), chunks('all'), options);
    expect(readdirSync(outside).sort()).toEqual(['a.csv', 'a.csv.1.partial']);
    expect(readdirSync(journal)).toEqual([]);
  });
});
