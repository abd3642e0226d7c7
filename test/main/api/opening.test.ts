import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { defaultProjectFile } from '../../../src/main/opened/index.ts';
import type { AppState } from '../../../src/protocol/api.ts';
import type { ChoosableTable, FolderCompletion, FolderInspection } from '../../../src/protocol/opening.ts';
import { clientOf, createHost, scannedApi } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function api(images = SMALL_DATASET) {
  const host = createHost();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, images);
  return { host, folder, ...clientOf(host) };
}

type Client = Awaited<ReturnType<typeof api>>;

const inspect = async (client: Client, layout?: object) =>
  (await client.send('POST', '/inspections', { folder: client.folder, layout })).body as FolderInspection;

describe('looking at a folder before anything is imported', () => {
  it('says the layout and why, the classes and what they are to the model, counts and problems', async () => {
    const client = await api();
    writeFileSync(join(client.folder, 'stray.png'), 'x');
    writeFileSync(join(client.folder, 'sad', '1.png'), 'no picture');
    const inspection = await inspect(client);
    expect(inspection).toMatchObject({
      name: 'faces',
      layout: { id: 'class-folders', images: 12, classCount: 3, reason: expect.stringContaining('angry') },
      runnersUp: [],
      model: { name: 'tiny' },
      project: null,
    });
    expect(inspection.classes).toEqual([
      {
        name: 'angry',
        id: null,
        count: 3,
        emotion: 'anger',
        modelClasses: ['anger'],
        mapped: false,
        misspelt: null,
      },
      {
        name: 'happy',
        id: null,
        count: 5,
        emotion: 'happiness',
        modelClasses: ['happiness'],
        mapped: false,
        misspelt: null,
      },
      {
        name: 'sad',
        id: null,
        count: 4,
        emotion: 'sadness',
        modelClasses: ['sadness'],
        mapped: false,
        misspelt: null,
      },
    ]);
    expect(inspection.problems).toMatchObject([{ kind: 'image-without-class', examples: ['stray.png'] }]);
    expect(inspection.previews).toHaveLength(12);
    expect(inspection.previews.filter(({ problem }) => problem !== null)).toMatchObject([
      { image: 'sad/1.png', problem: expect.stringContaining('not an image') },
    ]);
    const picture = await client.request(`/inspections/${inspection.id}/previews/0`);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(((await client.get('/state')).body as AppState).project).toBeNull();
    expect((await client.get('/recent')).body).toEqual({ recent: [] });
  });

  it('lets the user take another layout, table and columns', async () => {
    const client = await api();
    const table = ['file,emotion,rater', 'happy/1.png,glad,a', 'sad/1.png,blue,b', 'sad/2.png,glad,b'];
    writeFileSync(join(client.folder, 'labels.csv'), table.join('\n'));
    const first = await inspect(client);
    expect(first.layout).toMatchObject({ id: 'table', images: 3, classCount: 2 });
    expect(first.runnersUp).toMatchObject([{ id: 'class-folders', images: 12 }]);
    expect(await inspect(client, first.runnersUp[0]?.options)).toMatchObject({
      layout: { id: 'class-folders', classCount: 3 },
    });
    const { tables } = (await client.get(`/inspections/${first.id}/tables`)).body as {
      tables: ChoosableTable[];
    };
    expect(tables).toMatchObject([
      {
        file: 'labels.csv',
        columns: ['file', 'emotion', 'rater'],
        rows: [['happy/1.png', 'glad', 'a'], {}, {}],
      },
    ]);
    const layout = { layout: 'table', table: 'labels.csv', imageColumn: 'file', labelColumn: 'rater' };
    expect((await inspect(client, layout)).classes.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(
      await client.send('POST', '/inspections', { folder: client.folder, layout: { table: 'no.csv' } }),
    ).toMatchObject({
      status: 422,
      body: { code: 'table-invalid', message: expect.stringContaining('no.csv') },
    });
  });

  it('opens as it was confirmed: layout and classes as the user said', async () => {
    const client = await api({ 'a/1.png': 'anger', 'b/1.png': 'sadness' });
    const { layout } = await inspect(client);
    const { status, body } = await client.send('POST', '/project', {
      folder: client.folder,
      layout: layout.options,
      classMapping: { a: 'anger', b: null },
    });
    expect(status).toBe(200);
    expect((body as AppState).project?.classes).toMatchObject([
      { name: 'a', emotion: 'anger', modelClasses: [], mapped: true },
      { name: 'b', emotion: null, modelClasses: [], mapped: true },
    ]);
    const again = await inspect(client);
    expect(again.classes).toMatchObject([
      { name: 'a', modelClasses: ['anger'], mapped: true },
      { name: 'b', modelClasses: [], mapped: true },
    ]);
    expect(again.project).toMatchObject({ images: 2, reviewed: 0 });
  });

  it('completes the path of a folder as it is typed', async () => {
    const { folder, get } = await api();
    const complete = async (path: string) =>
      (await get(`/folders?path=${encodeURIComponent(path)}`)).body as FolderCompletion;
    expect((await complete(`${folder}/`)).folders).toEqual(
      ['angry', 'happy', 'sad'].map((name) => join(folder, name)),
    );
    expect((await complete(join(folder, 'HA'))).folders).toEqual([join(folder, 'happy')]);
    expect((await complete('relative')).folders).toEqual([]);
    expect((await complete('/no/such/')).folders).toEqual([]);
  });
});

describe('classes of an open dataset', () => {
  it('can be given another meaning: flags follow', async () => {
    const { send, host } = await scannedApi();
    const { body } = await send('PUT', '/classes', { mapping: { happy: 'sadness', sad: 'happiness' } });
    const { project } = body as AppState;
    expect(project?.classes).toMatchObject([
      { name: 'angry', modelClasses: ['anger'], mapped: false },
      { name: 'happy', modelClasses: ['sadness'], mapped: true },
      { name: 'sad', modelClasses: ['happiness'], mapped: true },
    ]);
    expect(project?.counts.flagged).toBe(4 + 4);
    expect(await send('PUT', '/classes', { mapping: { nobody: 'fear' } })).toMatchObject({ status: 400 });
    expect(await send('PUT', '/classes', { mapping: { sad: 'awe' } })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('awe') },
    });
    expect(host.workspace.classMapping).toEqual({ happy: 'sadness', sad: 'happiness' });
  });
});

describe('what cannot be opened is said, and what is open stays', () => {
  const failure = async ({ send }: Client, folder: string) =>
    (await send('POST', '/inspections', { folder })).body as { code: string; message: string; hint: string };

  it('a folder without images', async () => {
    const client = await api();
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'readme.txt'), 'nothing here');
    expect(await failure(client, folder)).toMatchObject({
      code: 'layout-unknown',
      message: `there is no image in ${folder}`,
    });
  });

  it('a folder of images without labels', async () => {
    const client = await api({ '1.png': 'anger', '2.png': 'sadness' });
    const { code, message, hint } = await failure(client, client.folder);
    expect(code).toBe('layout-unknown');
    expect(message).toContain('2 images');
    expect(message).toContain('no labels');
    expect(hint).toContain('happy/1.jpg');
  });

  it.skipIf(process.getuid?.() === 0)('a folder that may not be read', async () => {
    const client = await api();
    chmodSync(client.folder, 0o000);
    expect(await failure(client, client.folder)).toMatchObject({ code: 'folder-unreadable' });
    chmodSync(client.folder, 0o755);
  });

  it('a folder on a drive that has gone: it stays among the recent ones, and comes back', async () => {
    const client = await api();
    const { folder, send, get } = client;
    await send('POST', '/project', { folder });
    renameSync(folder, `${folder}-away`);
    expect(await failure(client, folder)).toMatchObject({
      code: 'folder-missing',
      hint: expect.stringContaining('drive'),
    });
    expect((await get('/recent')).body).toEqual({ recent: [{ folder, available: false }] });
    renameSync(`${folder}-away`, folder);
    expect((await get('/recent')).body).toEqual({ recent: [{ folder, available: true }] });
    expect(await inspect(client)).toMatchObject({ project: { images: 12 } });
  });

  it('a project of a newer version is left as it is', async () => {
    const client = await api();
    const file = defaultProjectFile(client.folder);
    mkdirSync(join(file, '..'), { recursive: true });
    const newer = new Database(file);
    newer.pragma('user_version = 9999');
    newer.close();
    expect(await failure(client, client.folder)).toMatchObject({
      code: 'project-newer',
      hint: expect.stringContaining('Update GReFEL Relabel'),
    });
    const opened = await client.send('POST', '/project', { folder: client.folder });
    expect(opened).toMatchObject({ status: 422, body: { code: 'project-newer' } });
    rmSync(file);
  });

  it('another folder stays open where the new one cannot be', async () => {
    const client = await api();
    await client.send('POST', '/project', { folder: client.folder });
    const empty = temporaryFolder();
    expect((await client.send('POST', '/project', { folder: empty })).status).toBe(422);
    expect(
      (await client.send('POST', '/project', { folder: client.folder, layout: { layout: 'table' } })).status,
    ).toBe(422);
    expect(((await client.get('/state')).body as AppState).project).toMatchObject({
      folder: client.folder,
      counts: { images: 12 },
    });
  });
});
