import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AppState } from '../../src/shared/api.ts';
import { clientOf, createHost } from '../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../support/colourDataset.ts';
import { fillDisk, hasSmallDisk, mountSmallDisk } from '../support/smallDisk.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

async function onSmallDisk() {
  const host = createHost();
  const disk = process.env.GREFEL_DATA_DIR as string;
  mountSmallDisk(disk, 4096);
  onTestFinished(() => host.close()); // before the disk is taken away
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  return { disk, folder, ...clientOf(host) };
}

describe.skipIf(!hasSmallDisk)('a disk without space', () => {
  it('is told before anything is imported, and the folder opens once there is space', async () => {
    const { disk, folder, send } = await onSmallDisk();
    const freeDisk = fillDisk(disk);
    expect(await send('POST', '/inspections', { folder })).toMatchObject({ status: 200 });
    expect(await send('POST', '/project', { folder })).toMatchObject({
      status: 507,
      body: { code: 'disk-full', hint: expect.stringContaining('space') },
    });
    freeDisk();
    const { status, body } = await send('POST', '/project', { folder });
    expect(status).toBe(200);
    expect((body as AppState).project?.counts.images).toBe(12);
  });

  it('refuses a verdict with the reason, keeps those before it, and takes it once there is space', async () => {
    const { disk, folder, send, get } = await onSmallDisk();
    await send('POST', '/project', { folder });
    const judge = (sampleId: number) =>
      send('POST', '/verdicts', { sampleIds: [sampleId], verdict: 'kept', requestId: `request-${sampleId}` });
    expect((await judge(1)).status).toBe(200);
    const freeDisk = fillDisk(disk);
    let sampleId = 2; // the log's last page has room for a few
    while ((await judge(sampleId)).status === 200) sampleId++;
    expect(await judge(sampleId)).toMatchObject({ status: 507, body: { code: 'disk-full' } });
    const reviewed = async () => ((await get('/state')).body as AppState).project?.counts.reviewed;
    expect(await reviewed()).toBe(sampleId - 1);
    freeDisk();
    expect((await judge(sampleId)).status).toBe(200);
    expect(await reviewed()).toBe(sampleId);
  });
});
