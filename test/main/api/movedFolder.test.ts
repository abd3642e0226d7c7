import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StateAnswer } from '../../../src/protocol/api.ts';
import type { FolderInspection, RecentFolder } from '../../../src/protocol/opening.ts';
import { freshlyScannedApi } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const MAPPING = { happy: 'surprise', sad: null };

/** A scanned dataset with two decisions, a class map, a view and a threshold of its own; another one is open by now. */
async function decided() {
  const api = await freshlyScannedApi();
  await api.send('PUT', '/classes', { mapping: MAPPING });
  await api.send('POST', '/verdicts', { sampleIds: [1, 2], verdict: 'excluded' });
  await api.send('PUT', '/views', { views: [{ name: 'mine', request: { filter: { show: 'all' } } }] });
  await api.send('PUT', '/threshold', { flaggedAt: 0.7 });
  const file = (await state(api)).project?.projectFile ?? '';
  await leave(api);
  return { ...api, file };
}

/** Another dataset is opened in its place, so that its folder can be moved. */
async function leave({ send }: Api): Promise<void> {
  const folder = join(temporaryFolder(), 'another');
  await makeColourDataset(folder, SMALL_DATASET);
  await send('POST', '/project', { folder });
}

type Api = Pick<Awaited<ReturnType<typeof freshlyScannedApi>>, 'get' | 'send'>;
const state = async (api: Api) => (await api.get('/state')).body as StateAnswer;

async function inspect({ send }: Api, folder: string, movedFrom?: string) {
  return (await send('POST', '/inspections', { folder, movedFrom })).body as FolderInspection;
}

async function expectAllOfIt(api: Api, folder: string) {
  const { project } = await state(api);
  expect(project).toMatchObject({ folder, flaggedAt: 0.7 });
  expect(project?.counts.statuses.excluded).toBe(2);
  const said = project?.classes
    .filter((one) => one.mapped)
    .map(({ name, modelClasses }) => [name, modelClasses]);
  expect(said).toEqual([
    ['happy', ['surprise']],
    ['sad', []],
  ]);
  expect((await api.get('/views')).body).toMatchObject({ views: [{ name: 'mine' }] });
}

describe('a dataset whose folder was moved', () => {
  it.each([
    ['moved', 'elsewhere/faces'],
    ['renamed', 'other name'],
    ['moved and renamed', 'elsewhere/other name'],
  ])('is recognised where it was %s, and keeps its decisions and choices', async (_, to) => {
    const api = await decided();
    const target = join(dirname(api.folder), to);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(api.folder, target);
    const { project } = await inspect(api, target);
    expect(project).toMatchObject({ movedFrom: api.folder, reviewed: 2, images: 12 });
    const relink = { folder: target, relink: true, movedFrom: api.folder };
    expect((await api.send('POST', '/project', relink)).status).toBe(200);
    await expectAllOfIt(api, target);
    const { recent } = (await api.get('/recent')).body as { recent: RecentFolder[] };
    const folders = recent.map(({ folder }) => folder);
    expect([folders[0], folders.includes(api.folder)]).toEqual([target, false]);
  });

  it('gets a project of its own where that is asked for, and the other stays', async () => {
    const api = await decided();
    const target = `${api.folder} again`;
    renameSync(api.folder, target);
    await api.send('POST', '/project', { folder: target, relink: false });
    expect((await state(api)).project?.counts.reviewed).toBe(0);
    expect(existsSync(api.file)).toBe(true);
  });

  it('is located by its user also where most of its images are gone, and not where all are', async () => {
    const api = await decided();
    const target = join(temporaryFolder(), 'located');
    renameSync(api.folder, target);
    for (const name of ['angry', 'sad']) rmSync(join(target, name), { recursive: true });
    expect((await inspect(api, target)).project).toBeNull();
    expect((await inspect(api, target, api.folder)).project).toMatchObject({ movedFrom: api.folder });
    const relink = { folder: target, relink: true, movedFrom: api.folder };
    expect((await api.send('POST', '/project', relink)).status).toBe(200);
    expect((await state(api)).project?.counts.vanished).toBe(7);

    const stranger = join(temporaryFolder(), 'stranger');
    renameSync(join(target, 'happy'), join(temporaryFolder(), 'happy'));
    mkdirSync(join(stranger, 'happy'), { recursive: true });
    writeFileSync(join(stranger, 'happy', '1.png'), 'another file');
    await leave(api);
    const refused = await api.send('POST', '/inspections', { folder: stranger, movedFrom: target });
    expect(refused).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('none of the images') },
    });
  });

  it('is not taken from a folder that is still there, nor put over a project', async () => {
    const api = await decided();
    const { project } = await inspect(api, api.folder);
    expect(project).toMatchObject({ movedFrom: null, reviewed: 2 });
    const refused = await api.send('POST', '/project', {
      folder: api.folder,
      relink: true,
      movedFrom: join(temporaryFolder(), 'gone'),
    });
    expect(refused).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  });
});
