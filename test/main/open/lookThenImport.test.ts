import { mkdirSync, readdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf, createHost } from '../../support/apiHost.ts';
import { colourPng, makeColourDataset } from '../../support/colourDataset.ts';
import { withFailingStorage } from '../../support/failingStorage.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const TABLE = ['file,emotion', 'images/1.png,happy', 'images/2.png,sad', 'images/3.png,happy'];
const AN_HOUR_AGO = new Date(Date.now() - 3_600_000);

/** A table of labels beside its images, nothing of it changed lately. */
async function api() {
  const host = createHost();
  const folder = join(temporaryFolder(), 'faces');
  const shown = {
    'images/1.png': 'happiness',
    'images/2.png': 'sadness',
    'images/3.png': 'happiness',
  } as const;
  await makeColourDataset(folder, shown);
  writeFileSync(join(folder, 'labels.csv'), TABLE.join('\n'));
  age(folder);
  const client = clientOf(host);
  const look = (request: object = {}) => client.send('POST', '/inspections', { folder, ...request });
  const open = (request: object = {}) => client.send('POST', '/project', { folder, ...request });
  const images = () =>
    Object.fromEntries(
      Array.from(host.workspace.opened.project.samples.all(), ({ image, givenClass }) => [
        image,
        givenClass === null ? null : host.workspace.classNames[givenClass],
      ]),
    );
  return { ...client, host, folder, look, open, images };
}

function age(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    utimesSync(join(entry.parentPath, entry.name), AN_HOUR_AGO, AN_HOUR_AGO);
  utimesSync(folder, AN_HOUR_AGO, AN_HOUR_AGO);
}

/** How often the folder of images was listed, and the label file opened, meanwhile. */
async function readings(folder: string, work: () => Promise<unknown>) {
  const calls = await withFailingStorage([join(folder, 'images'), join(folder, 'labels.csv')], null, work);
  const count = (name: string) => calls.filter((call) => call === `fs.promises.${name}`).length;
  return { listed: count('opendir'), opened: count('open') };
}

const NOTHING = { listed: 0, opened: 0 };
const IMPORTED = { 'images/1.png': 'happy', 'images/2.png': 'sad', 'images/3.png': 'happy' };

describe('the import after a look at the folder', () => {
  it('uses what the look has read where nothing has changed since', async () => {
    const { folder, look, open, images } = await api();
    expect((await readings(folder, look)).listed).toBe(1);
    expect(await readings(folder, open)).toEqual(NOTHING);
    expect(images()).toEqual(IMPORTED);
  });

  it('also with the layout that was detected, or chosen in the look', async () => {
    const { folder, look, open, images } = await api();
    const { layout } = (await look()).body;
    expect(await readings(folder, () => open({ layout: layout.options }))).toEqual(NOTHING);
    await look({ layout: { layout: 'table', table: 'labels.csv' } });
    const again = { relist: true, layout: { layout: 'table', table: 'labels.csv' } };
    expect(await readings(folder, () => open(again))).toEqual(NOTHING);
    expect(images()).toEqual(IMPORTED);
  });

  it.each<[string, (folder: string) => Promise<void> | void, Record<string, string | null>]>([
    [
      'a label that was edited, with the time of before',
      (folder) => {
        writeFileSync(join(folder, 'labels.csv'), TABLE.join('\n').replace('2.png,sad', '2.png,odd'));
        utimesSync(join(folder, 'labels.csv'), AN_HOUR_AGO, AN_HOUR_AGO);
      },
      { ...IMPORTED, 'images/2.png': 'odd' },
    ],
    [
      'an image that is gone',
      (folder) => renameSync(join(folder, 'images/3.png'), join(folder, '..', '3.png')),
      IMPORTED,
    ],
    [
      'a folder that was replaced',
      async (folder) => {
        renameSync(join(folder, 'images'), join(folder, '..', 'before'));
        mkdirSync(join(folder, 'images'));
        writeFileSync(join(folder, 'images/1.png'), await colourPng('sadness'));
        age(folder);
      },
      IMPORTED,
    ],
  ])('sees %s', async (_, change, expected) => {
    const { folder, look, open, images } = await api();
    await look();
    await change(folder);
    expect((await readings(folder, open)).listed).toBe(1);
    expect(images()).toMatchObject(expected);
  });

  it('sees an image that was added', async () => {
    const { folder, look, open, images } = await api();
    renameSync(join(folder, 'labels.csv'), join(folder, '..', 'labels.csv'));
    await makeColourDataset(folder, { 'others/1.png': 'anger' });
    age(folder);
    await look();
    writeFileSync(join(folder, 'images/4.png'), await colourPng('anger'));
    await open();
    expect(images()).toMatchObject({ 'images/4.png': 'images', 'others/1.png': 'others' });
  });

  it('reads a folder again that had just changed when it was read: it may have changed once more', async () => {
    const { folder, look, open } = await api();
    writeFileSync(join(folder, 'labels.csv'), TABLE.join('\n'));
    await look();
    expect((await readings(folder, open)).listed).toBe(1);
  });

  it('reads again what was recognised with other choices, and what another look has replaced', async () => {
    const { folder, look, open } = await api();
    await look({ followLinks: true });
    expect((await readings(folder, open)).listed).toBe(1);
    await look();
    await look({ folder: join(folder, 'images') });
    expect((await readings(folder, () => open({ relist: true }))).listed).toBe(1);
  });

  it('imports an image that was overwritten meanwhile as it is now', async () => {
    const { folder, host, look, open } = await api();
    await look();
    const file = join(folder, 'images/1.png');
    writeFileSync(file, await colourPng('anger', 0, 64));
    expect(await readings(folder, open)).toEqual(NOTHING);
    const { size, mtimeMs } = statSync(file);
    expect(host.workspace.opened.project.samples.byImage('images/1.png')).toMatchObject({
      sizeBytes: size,
      mtimeMs,
    });
  });
});
