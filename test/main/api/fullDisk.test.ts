import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AppState } from '../../../src/protocol/api.ts';
import { clientOf, createHost } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { fillDisk, hasSmallDisk, mountSmallDisk } from '../../support/smallDisk.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function onSmallDisk() {
  const host = createHost();
  const disk = process.env.GREFEL_DATA_DIR as string;
  mountSmallDisk(disk, 4096);
  onTestFinished(() => host.close()); // before the disk is taken away
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  return { disk, folder, host, ...clientOf(host) };
}

describe.skipIf(!hasSmallDisk)('a disk without space', () => {
  it('is reported before anything is imported, and the folder opens once there is space', async () => {
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

  it('fails a fit with the reason, keeps the flags of the scan, and the next fit goes through', async () => {
    const { disk, folder, host, send, get } = await onSmallDisk();
    await send('POST', '/project', { folder });
    const stateOf = async () => (await get('/state')).body as AppState;
    let freeDisk = () => {};
    host.on('job', ({ kind, state }) => {
      if (kind === 'scan' && state === 'done') freeDisk = fillDisk(disk);
    });
    await send('POST', '/scan', { action: 'start' });
    const isFit = async (state: string) =>
      vi.waitFor(
        async () => {
          const { job } = await stateOf();
          expect([job?.kind, job?.state]).toEqual(['fit', state]);
        },
        { timeout: 120_000, interval: 100 },
      );
    await isFit('failed');
    const { job, project } = await stateOf();
    expect(job?.error?.message).toMatch(/space|disk/i);
    expect(project).toMatchObject({ fittedAt: null, counts: { scanned: 12, flagged: 2 } });
    freeDisk();
    await host.workspace.fitLabels({});
    await isFit('done');
    expect((await stateOf()).project?.fittedAt).not.toBeNull();
  });

  it('refuses a verdict with the reason, keeps those before it, and takes it once there is space', async () => {
    const { disk, folder, send, get } = await onSmallDisk();
    await send('POST', '/project', { folder });
    const decide = (sampleId: number) =>
      send('POST', '/verdicts', { sampleIds: [sampleId], verdict: 'kept', requestId: `request-${sampleId}` });
    expect((await decide(1)).status).toBe(200);
    const freeDisk = fillDisk(disk);
    let sampleId = 2; // the log's last page has room for a few
    while ((await decide(sampleId)).status === 200) sampleId++;
    expect(await decide(sampleId)).toMatchObject({ status: 507, body: { code: 'disk-full' } });
    const reviewed = async () => ((await get('/state')).body as AppState).project?.counts.reviewed;
    expect(await reviewed()).toBe(sampleId - 1);
    freeDisk();
    expect((await decide(sampleId)).status).toBe(200);
    expect(await reviewed()).toBe(sampleId);
  });
});
