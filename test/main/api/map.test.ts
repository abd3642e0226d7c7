import { describe, expect, it } from 'vitest';
import { decodePoints, type MapState } from '../../../src/protocol/map.ts';
import type { QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { clientOf, createHost, scannedApi } from '../../support/apiHost.ts';

type Api = Awaited<ReturnType<typeof scannedApi>>;

const stateOf = async (api: Api) => (await api.get('/map')).body as MapState;
const pointsOf = async (api: Api) => decodePoints(await (await api.request('/map/points')).arrayBuffer());

async function makeMap(api: Api, action = 'start'): Promise<MapState> {
  expect((await api.send('POST', '/map', { action })).status).toBe(200);
  await expect.poll(async () => (await stateOf(api)).progress).toBeNull();
  return stateOf(api);
}

describe('the map of a scanned dataset', () => {
  it('places every image and anchor, images of one look side by side, and keeps it', async () => {
    const api = await scannedApi();
    expect(await stateOf(api)).toMatchObject({ info: null, progress: null });
    expect((await pointsOf(api)).ids).toHaveLength(0);
    const { info, problem } = await makeMap(api);
    expect(problem).toBeNull();
    expect(info).toMatchObject({ images: 12, fitted: 12 });
    expect(info?.anchors.length).toBeGreaterThan(0);
    expect(info?.quality.before?.daviesBouldin).toBeGreaterThan(0);
    const points = await pointsOf(api);
    expect(points.ids).toHaveLength(12);
    expect([...points.flagged].filter(Boolean)).toHaveLength(2);
    expect([...points.given]).not.toContain(-1);

    await api.host.close();
    await api.host.open(api.folder);
    expect((await stateOf(api)).info).toEqual(info);
    expect(await pointsOf(api)).toEqual(points);
    await makeMap(api);
    expect(await pointsOf(api), 'made again, it is the same').toEqual(points);
  });

  it('measures how well the labels separate the embeddings before and after the cleaning', async () => {
    const api = await scannedApi();
    await makeMap(api);
    const { queueId } = (await api.send('POST', '/queues')).body as QueueSnapshot;
    const { items } = (await api.get(`/queues/${queueId}/items`)).body as { items: QueueItem[] };
    for (const { id, suggested } of items) {
      await api.send('POST', '/verdicts', { sampleIds: [id], verdict: 'relabelled', label: suggested });
    }
    const { info } = await makeMap(api, 'measure');
    const { before, after, reviewed } = info?.quality ?? { before: null, after: null, reviewed: 0 };
    expect(reviewed).toBe(2);
    expect(after?.daviesBouldin).toBeLessThan(before?.daviesBouldin ?? 0);
    expect(after?.calinskiHarabasz).toBeGreaterThan(before?.calinskiHarabasz ?? 0);
  });

  it('can be cancelled, and begun once only', async () => {
    const api = await scannedApi();
    await api.send('POST', '/map', { action: 'start' });
    expect((await api.send('POST', '/map', { action: 'start' })).status).toBe(400);
    await api.send('POST', '/map', { action: 'cancel' });
    await expect.poll(async () => (await stateOf(api)).progress).toBeNull();
    expect(await stateOf(api)).toMatchObject({ info: null, problem: null });
  });

  it('turns a choice of images into a queue that is still there after a restart', async () => {
    const api = await scannedApi();
    await api.send('PUT', '/selection', { sampleIds: [1, 2, 3] });
    const queue = async () =>
      ((await api.send('POST', '/queues', { filter: { show: 'selection' } })).body as QueueSnapshot).total;
    expect(await queue()).toBe(3);
    await api.host.close();
    await api.host.open(api.folder);
    expect(await queue()).toBe(3);
  });

  it('says what is missing where nothing was scanned', async () => {
    const api = clientOf(createHost());
    expect((await api.get('/map')).status).toBe(404);
  });
});
