import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ENDING } from '../../../src/domain/projectEnding.ts';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { freshlyScannedApi } from '../../support/apiHost.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A scanned folder that is open by its own project, and another project of it, with one decision more. */
async function twoProjects() {
  const api = await freshlyScannedApi();
  const own = api.host.workspace.opened.project.path;
  const named = join(temporaryFolder(), `faces${PROJECT_ENDING}`);
  await api.send('POST', '/verdicts', { sampleIds: [1], verdict: 'excluded' });
  await api.host.workspace.close();
  copyFileSync(own, named);
  return { ...api, own, named };
}

const excluded = (api: { host: Awaited<ReturnType<typeof twoProjects>>['host'] }) =>
  api.host.workspace.counts().statuses.excluded;

describe('a project file that is opened instead of its folder', () => {
  it('opens the folder with that project, and stays open where the folder is named', async () => {
    const { host, folder, named, own } = await twoProjects();
    await host.open(named);
    expect(host.folder).toBe(folder);
    expect(host.workspace.opened.project.path).toBe(named);
    expect(host.place).toBe(named);
    expect(excluded({ host })).toBe(1);
    const { opened } = host.workspace;
    await host.open(named);
    expect(host.workspace.opened).toBe(opened);
    await host.open(folder);
    expect(host.workspace.opened.project.path).toBe(named);
    expect(existsSync(own)).toBe(true);
  });

  it('is refused in words where it is no project, has no dataset, or that is gone', async () => {
    const { host, folder, named } = await twoProjects();
    const empty = join(temporaryFolder(), 'empty.grefel');
    ProjectFile.openForWriting(empty).close();
    await expect(host.open(empty)).rejects.toMatchObject({ code: 'project-invalid' });
    const text = join(temporaryFolder(), 'text.grefel');
    copyFileSync(import.meta.filename, text);
    await expect(host.open(text)).rejects.toMatchObject({ code: 'project-invalid' });
    await expect(host.open(join(folder, 'none.grefel'))).rejects.toMatchObject({ code: 'folder-missing' });
    rmSync(folder, { recursive: true });
    await expect(host.open(named)).rejects.toMatchObject({ code: 'folder-missing' });
  });
});

it('is what the installed app is registered for', () => {
  const require = createRequire(import.meta.url);
  const { fileAssociations } = require('../../../packaging/electron-builder.config.cjs');
  expect(fileAssociations.map(({ ext }: { ext: string }) => `.${ext}`)).toEqual([PROJECT_ENDING]);
});
