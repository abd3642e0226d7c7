import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCommand } from '../../../src/main/hosts/cli/program.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { createHost } from '../../support/apiHost.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const TREE = { 'happy/a.jpg': '1', 'sad/b.jpg': '2' };
const REFUSED = { code: 'output-refused', message: expect.stringMatching(/in the dataset .*never changed/) };

async function dataset(): Promise<string> {
  temporaryDataFolder();
  return makeTree(join(temporaryFolder(), 'faces'), TREE);
}

async function opened(folder: string, projectFile?: string): Promise<Workspace> {
  const workspace = await Workspace.open(folder, 'ann', { projectFile });
  onTestFinished(() => workspace.close());
  return workspace;
}

describe('a project file', () => {
  it('is refused in its dataset, and nothing is left there', async () => {
    const folder = await dataset();
    const link = join(temporaryFolder(), 'link');
    symlinkSync(folder, link);
    const file = join(temporaryFolder(), 'project.sqlite');
    symlinkSync(join(folder, 'project.sqlite'), file);
    const inside = [join(folder, 'project.sqlite'), join(folder, 'new/deep/project.sqlite')];
    for (const place of [...inside, join(link, 'happy/project.sqlite'), file]) {
      await expect(Workspace.open(folder, 'ann', { projectFile: place }), place).rejects.toMatchObject(
        REFUSED,
      );
      await expect(Workspace.open(link, 'ann', { projectFile: place }), place).rejects.toMatchObject(REFUSED);
    }
    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual([
      'happy',
      'happy/a.jpg',
      'sad',
      'sad/b.jpg',
    ]);
  });

  it('is refused in it by every command', async () => {
    const folder = await dataset();
    const project = join(folder, 'project.sqlite');
    const [truth, predictions] = ['truth.csv', 'predictions.csv'];
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      for (const command of [
        ['scan', folder],
        ['serve', folder, '--port', '0'],
        ['import-predictions', folder, predictions],
        ['flags', folder],
        ['quality', folder],
        ['eval', folder, '--truth', truth],
        ['export', folder, '--out', '-'],
        ['apply', folder, truth],
        ['assign', folder, '--annotators', 'a,b'],
        ['agreement', folder],
      ]) {
        said.mockClear();
        expect(await runCommand([...command, '--project', project]), command.join(' ')).toBe(1);
        expect(said.mock.lastCall?.[0]).toMatch(
          /grefel: the project file .* in the dataset .* never changed/,
        );
      }
    } finally {
      said.mockRestore();
    }
    expect(existsSync(project)).toBe(false);
  });

  it('that is there since an older version is refused, with what to do', async () => {
    const folder = await dataset();
    const file = join(temporaryFolder(), 'project.sqlite');
    await (await Workspace.open(folder, 'ann', { projectFile: file })).close();
    const inside = join(folder, 'project.sqlite');
    renameSync(file, inside);
    await expect(Workspace.open(folder, 'ann', { projectFile: inside })).rejects.toMatchObject({
      code: 'output-refused',
      hint: expect.stringContaining('Move it out of the dataset'),
    });
    renameSync(inside, file);
    expect((await opened(folder, file)).opened.changes.unchanged).toBe(2);
  });

  it('may be beside the dataset, whose folder has the beginning of its name', async () => {
    const folder = await dataset();
    const file = `${folder}.sqlite`;
    await opened(folder, file);
    expect(existsSync(file)).toBe(true);
  });

  it('is refused in a data folder that was put into the dataset', async () => {
    const folder = await dataset();
    const inside = join(folder, 'data');
    mkdirSync(inside);
    process.env.GREFEL_DATA_DIR = inside;
    await expect(opened(folder)).rejects.toMatchObject({
      ...REFUSED,
      hint: expect.stringContaining('GREFEL_DATA_DIR'),
    });
  });

  it.runIf(process.platform === 'linux')(
    'may be in the usual data folder of a home that is opened as a dataset',
    async () => {
      const folder = await dataset();
      vi.stubEnv('XDG_DATA_HOME', join(folder, '.local/share'));
      onTestFinished(() => void vi.unstubAllEnvs());
      delete process.env.GREFEL_DATA_DIR;
      const workspace = await opened(folder);
      expect(workspace.opened.project.path.startsWith(join(folder, '.local/share'))).toBe(true);
    },
  );

  it('is refused in its dataset by the host of a page, too', async () => {
    const folder = await dataset();
    const host = createHost();
    await expect(host.open(folder, { projectFile: join(folder, 'project.sqlite') })).rejects.toMatchObject(
      REFUSED,
    );
    expect(existsSync(join(folder, 'project.sqlite'))).toBe(false);
  });
});
