import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../src/protocol/api.ts';
import type { FolderInspection } from '../../../src/protocol/opening.ts';
import { clientOf, createHost, scanEnd } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { makeModelsWithInt8 } from '../../support/int8Model.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A dataset that was not scanned, on a host that was started with `--precision fp32 --views one`. */
async function unscanned() {
  const { fp32, int8 } = makeModelsWithInt8(temporaryFolder());
  const host = createHost({ model: fp32, precision: 'fp32', views: 'one' });
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  const client = clientOf(host);
  const inspect = async () =>
    (await client.send('POST', '/inspections', { folder })).body as FolderInspection;
  const scan = async (choice: object = {}) => {
    const done = scanEnd(host);
    expect(await client.send('POST', '/scan', { action: 'start', ...choice })).toMatchObject({ status: 200 });
    await done;
    const { project } = (await client.get('/state')).body as AppState;
    return project?.model;
  };
  return { host, folder, int8, inspect, scan, ...client };
}

describe('how images are predicted', () => {
  it('follows the program’s options, unless a page chooses; a scan that continues keeps the choice', async () => {
    const { host, folder, inspect, scan, get } = await unscanned();
    const asStarted = { precision: 'fp32', precisions: ['fp32', 'int8'], views: 'one' };
    expect((await inspect()).model).toMatchObject({ name: 'tiny', ...asStarted });
    await host.open(folder);
    expect((await get('/scan')).body).toMatchObject(asStarted);
    expect(await scan({ precision: 'int8', views: 'all' })).toMatchObject({
      precision: 'int8',
      views: 'all',
    });
    expect((await get('/scan')).body).toMatchObject({ precision: 'int8', views: 'all' });

    const run = host.workspace.run?.id;
    host.workspace.opened.project.samples.markAllPending(); // as after a scan that was cancelled
    expect(await scan()).toMatchObject({ precision: 'int8', views: 'all' });
    expect(host.workspace.run?.id).toBe(run);
    expect(await scan({ views: 'unsure' })).toMatchObject({ precision: 'int8', views: 'unsure' });
    expect(host.workspace.run?.id).not.toBe(run);
  });

  it('is measured on a few images before a scan, and nothing is kept of it', async () => {
    const { inspect, get } = await unscanned();
    const { id } = await inspect();
    const pace = { imagesPerSecond: expect.any(Number), provider: 'cpu', gpus: expect.any(Array) };
    expect((await get(`/inspections/${id}/pace?precision=int8&views=all`)).body).toEqual({ pace });
    expect(await get(`/inspections/${id}/pace?views=two`)).toMatchObject({ status: 400 });
    expect((await inspect()).project).toBeNull();
  });

  it('is refused if there is no such choice, and then stays as before', async () => {
    const { host, folder, send, get } = await unscanned();
    await host.open(folder);
    for (const wrong of [{ precision: 'fp64' }, { precision: 'auto' }, { views: 'two' }, { views: 2 }]) {
      expect(await send('POST', '/scan', { action: 'start', ...wrong })).toMatchObject({
        status: 400,
        body: { code: 'bad-request' },
      });
    }
    expect((await get('/scan')).body).toMatchObject({ precision: 'fp32', views: 'one' });
    expect(host.workspace.run).toBeNull();
  });

  it('stays as before if the choice cannot run', async () => {
    const { host, folder, int8, send, get } = await unscanned();
    await host.open(folder);
    writeFileSync(int8, 'cut off');
    expect(await send('POST', '/scan', { action: 'start', precision: 'int8', views: 'all' })).toMatchObject({
      status: 422,
      body: { code: 'model-invalid', message: expect.stringContaining('tiny.int8.onnx') },
    });
    expect((await get('/scan')).body).toMatchObject({ precision: 'fp32', views: 'one' });
  });

  it('cannot be chosen before a dataset is open', async () => {
    expect(await clientOf(createHost()).get('/scan')).toMatchObject({ status: 404 });
  });
});
