import { rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FolderInspection } from '../../../src/protocol/opening.ts';
import { clientOf, createHost, freshlyScannedApi } from '../../support/apiHost.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { gradient } from '../../support/imageFiles.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function linkedFolder() {
  const png = await gradient(64, 64).png();
  const outside = await makeTree(temporaryFolder(), {
    'happy/a.png': png,
    'sad/b.png': png,
    'sad/c.png': png,
  });
  return makeTree(temporaryFolder(), {
    'happy/own.png': png,
    'happy/linked.png': { linkTo: join(outside, 'happy/a.png') },
    sad: { linkTo: join(outside, 'sad') },
  });
}

describe('a folder with links that leave it', () => {
  it('is opened without them, with them once that is asked for, and so from then on', async () => {
    const folder = await linkedFolder();
    const { send, get } = clientOf(createHost());
    const before = (await send('POST', '/inspections', { folder })).body as FolderInspection;
    expect(before.followLinks).toBe(false);
    expect(before.problems.find(({ kind }) => kind === 'leaving-link')?.count).toBe(2);
    expect(before.previews.filter(({ problem }) => problem === null).length).toBe(1);

    const followed = (await send('POST', '/inspections', { folder, followLinks: true }))
      .body as FolderInspection;
    expect(followed.followLinks).toBe(true);
    expect(followed.previews.map(({ problem }) => problem)).toEqual([null, null, null, null]);

    await send('POST', '/project', { folder, followLinks: true });
    const again = (await send('POST', '/inspections', { folder })).body as FolderInspection;
    expect(again.followLinks).toBe(true);
    const opened = await send('POST', '/project', { folder });
    expect(opened.body.project.counts.images).toBe(4);
    expect((await get('/samples/1')).status).toBe(200);

    const off = (
      await send('POST', '/inspections', {
        folder,
        followLinks: false,
        layout: followed.layout.options,
      })
    ).body as FolderInspection;
    expect(off.followLinks).toBe(false);
    expect(off.layout.images).toBe(2);
  });
});

describe('an image that has become a link to elsewhere after the scan', () => {
  it.each(['thumbnail', 'image'])('is not served as %s', async (view) => {
    const { folder, request, host } = await freshlyScannedApi();
    const sample = host.workspace.sample(1);
    expect((await request(`/samples/1/${view}`)).status).toBe(200);
    const secret = join(temporaryFolder(), 'secret.png');
    writeFileSync(secret, await gradient(64, 64).png());
    unlinkSync(join(folder, sample.path));
    symlinkSync(secret, join(folder, sample.path));
    const answer = await request(`/samples/1/${view}?again`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('outside the folder');
    rmSync(secret);
  });
});
