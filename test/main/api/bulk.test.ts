import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BulkAnswer, SampleDetail, VerdictAnswer } from '../../../src/protocol/api.ts';
import type { NewQueue, QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { clientOf, createHost, scannedApi } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

type Api = Awaited<ReturnType<typeof scannedApi>>;

async function groupedQueue(api: Api) {
  const request = { filter: { show: 'all' }, group: 'given' };
  const snapshot = (await api.send('POST', '/queues', request)).body as QueueSnapshot;
  const items = async () =>
    ((await api.get(`/queues/${snapshot.queueId}/items?limit=100`)).body as { items: QueueItem[] }).items;
  const decide = async (body: object) =>
    (await api.send('POST', `/queues/${snapshot.queueId}/verdicts`, body)).body as BulkAnswer;
  return { snapshot, items, decide };
}

describe('verdicts on many images at once', () => {
  it('gather a class and set another on all of it, undone and redone as one step', async () => {
    const api = await scannedApi();
    const { snapshot, items, decide } = await groupedQueue(api);
    expect(snapshot.groups).toEqual([
      { start: 0, count: 5, given: 1, suggested: null, name: null },
      { start: 5, count: 4, given: 2, suggested: null, name: null },
      { start: 9, count: 3, given: 0, suggested: null, name: null },
    ]);
    const before = await items();
    const answer = await decide({ ranges: [{ start: 0, end: 5 }], verdict: 'label', label: 2 });
    expect(answer).toMatchObject({ changed: 5, unreviewed: 7, canUndo: true, counts: { reviewed: 5 } });
    const after = await items();
    expect(after.slice(0, 5).every(({ status, label }) => status === 'relabelled' && label === 2)).toBe(true);
    expect(after.slice(5)).toEqual(before.slice(5));

    expect((await api.send('POST', '/undo')).body).toMatchObject({ changed: 5, canUndo: false });
    expect(await items()).toEqual(before);
    expect((await api.send('POST', '/redo')).body).toMatchObject({ changed: 5, canRedo: false });
    expect(await items()).toEqual(after);
  });

  it('take each image’s own suggestion; where that is the given label it is kept', async () => {
    const api = await scannedApi();
    const { items, decide } = await groupedQueue(api);
    await decide({ ranges: [{ start: 0, end: 12 }], verdict: 'suggestion' });
    const decided = await items();
    expect(decided.every(({ suggested, label }) => label === suggested)).toBe(true);
    const wrong = decided.filter(({ status }) => status === 'relabelled').map(({ image }) => image);
    expect(wrong.sort()).toEqual(['happy/wrong.png', 'sad/wrong.png']);
    await api.send('POST', '/undo');
    expect((await items()).every(({ status }) => status === 'unreviewed')).toBe(true);
  });

  it('bring back what stood before on each image, and are heard once', async () => {
    const api = await scannedApi();
    const { items, decide } = await groupedQueue(api);
    const [first] = await items();
    await api.send('POST', '/verdicts', { sampleIds: [first?.id], verdict: 'ambiguous', note: 'half' });
    const ranges = [{ start: 0, end: 2 }];
    const bulk = { ranges, verdict: 'excluded', reviewed: 'replace', requestId: 'the-same-key' };
    expect(await decide(bulk)).toMatchObject({ changed: 2, skipped: 0 });
    expect(await decide(bulk)).toMatchObject({ changed: 0, skipped: 0 });
    await api.send('POST', '/undo');
    expect((await items()).slice(0, 2).map(({ status }) => status)).toEqual(['ambiguous', 'unreviewed']);
    const { history } = (await api.get(`/samples/${first?.id}`)).body as SampleDetail;
    expect(history.map(({ verdict, note }) => `${verdict} ${note}`)).toEqual([
      'ambiguous half',
      'excluded ',
      'ambiguous half',
    ]);
  });

  it('skip reviewed images, unless asked to replace their decisions', async () => {
    const api = await scannedApi();
    const { snapshot, items, decide } = await groupedQueue(api);
    expect(snapshot.reviewedInGroups).toEqual([0, 0, 0]);
    const [first, second] = await items();
    await api.send('POST', '/verdicts', { sampleIds: [first?.id], verdict: 'ambiguous' });
    await api.send('POST', '/verdicts', { sampleIds: [second?.id], verdict: 'excluded' });
    const path = `/queues/${snapshot.queueId}/tally`;
    const ranges = [{ start: 0, end: 5 }];
    expect((await api.get(path)).body).toEqual({ unreviewed: 10, reviewedInGroups: [2, 0, 0] });
    expect((await api.send('POST', path, { ranges })).body).toEqual({ images: 5, reviewed: 2 });

    const answer = await decide({ ranges, verdict: 'label', label: 2 });
    expect(answer).toMatchObject({ changed: 3, skipped: 2, unreviewed: 7, reviewedInGroups: [5, 0, 0] });
    const statuses = async () => (await items()).slice(0, 5).map(({ status }) => status);
    expect(await statuses()).toEqual(['ambiguous', 'excluded', 'relabelled', 'relabelled', 'relabelled']);

    const replacing = await decide({ ranges, verdict: 'kept', reviewed: 'replace' });
    expect(replacing).toMatchObject({ changed: 5, skipped: 0 });
    await api.send('POST', '/undo');
    expect((await statuses()).slice(0, 3)).toEqual(['ambiguous', 'excluded', 'relabelled']);
  });

  it('skip what was reviewed also where images are named, but decide one that is named alone again', async () => {
    const api = await scannedApi();
    const decide = async (body: object) =>
      (await api.send('POST', '/verdicts', { verdict: 'kept', ...body })).body as VerdictAnswer;
    await decide({ sampleIds: [1], verdict: 'excluded' });
    expect(await decide({ sampleIds: [1, 2, 3] })).toMatchObject({ skipped: 1, counts: { reviewed: 3 } });
    const statusOf = async (id: number) => ((await api.get(`/samples/${id}`)).body as SampleDetail).status;
    expect(await statusOf(1)).toBe('excluded');
    expect(await decide({ sampleIds: [1, 2, 3], reviewed: 'replace' })).toMatchObject({ skipped: 0 });
    expect(await statusOf(1)).toBe('kept');
    expect(await decide({ sampleIds: [1], verdict: 'ambiguous' })).toMatchObject({ skipped: 0 });
    expect(await statusOf(1)).toBe('ambiguous');
    expect(await decide({ sampleIds: [1], verdict: 'excluded', reviewed: 'skip' })).toMatchObject({
      skipped: 1,
    });
    expect(await statusOf(1)).toBe('ambiguous');
  });

  it.each([
    ['of reviewed images only', { ranges: [{ start: 0, end: 1 }], verdict: 'excluded' }],
    ['behind the end of the queue', { ranges: [{ start: 90, end: 99 }], verdict: 'kept' }],
  ])('that are on nothing, %s, leave undo and redo alone', async (_why, bulk) => {
    const api = await scannedApi();
    const { items, decide } = await groupedQueue(api);
    await decide({ ranges: [{ start: 0, end: 1 }], verdict: 'ambiguous' });
    await decide({ ranges: [{ start: 5, end: 7 }], verdict: 'kept' });
    await api.send('POST', '/undo');
    expect(await decide(bulk)).toMatchObject({ changed: 0, canUndo: true, canRedo: true });
    expect((await api.send('POST', '/redo')).body).toMatchObject({ changed: 2 });
    await decide(bulk);
    expect((await api.send('POST', '/undo')).body).toMatchObject({ changed: 2 });
    expect((await api.send('POST', '/undo')).body).toMatchObject({ changed: 1, canUndo: false });
    expect((await items()).every(({ status }) => status === 'unreviewed')).toBe(true);
  });

  it('of suggestions where nothing was scanned change nothing, and leave redo', async () => {
    const host = createHost();
    const folder = join(temporaryFolder(), 'faces');
    await makeColourDataset(folder, SMALL_DATASET);
    await host.open(folder);
    const { decide } = await groupedQueue({ host, folder, ...clientOf(host) });
    await decide({ ranges: [{ start: 0, end: 2 }], verdict: 'kept' });
    await clientOf(host).send('POST', '/undo');
    const answer = await decide({ ranges: [{ start: 0, end: 12 }], verdict: 'suggestion' });
    expect(answer).toMatchObject({ changed: 0, canUndo: false, canRedo: true });
  });

  it('are refused for a queue that is gone and for what makes no sense', async () => {
    const api = await scannedApi();
    const ranges = [{ start: 0, end: 1 }];
    expect(await api.send('POST', '/queues/q99/verdicts', { ranges, verdict: 'kept' })).toMatchObject({
      status: 404,
      body: { hint: 'Reload the queue.' },
    });
    const { snapshot } = await groupedQueue(api);
    const path = `/queues/${snapshot.queueId}/verdicts`;
    expect((await api.send('POST', path, { ranges, verdict: 'label' })).status).toBe(400);
    expect((await api.send('POST', path, { ranges, verdict: 'label', label: 9 })).status).toBe(400);
  });

  it('change how many images each filter would show, which can be asked again of the same queue', async () => {
    const api = await scannedApi();
    const { snapshot, decide } = await groupedQueue(api);
    expect(snapshot.facets.statuses).toMatchObject({ unreviewed: 12, kept: 0 });
    await decide({ ranges: [{ start: 0, end: 5 }], verdict: 'kept' });
    const { facets } = (await api.get(`/queues/${snapshot.queueId}/facets`)).body as NewQueue;
    expect(facets).toEqual({
      ...snapshot.facets,
      statuses: { ...snapshot.facets.statuses, unreviewed: 7, kept: 5 },
    });
  });

  it('give the position of an image in a queue', async () => {
    const api = await scannedApi();
    const { snapshot, items } = await groupedQueue(api);
    const last = (await items()).at(-1);
    const path = `/queues/${snapshot.queueId}/positions`;
    expect((await api.get(`${path}/${last?.id}`)).body).toEqual({ position: 11 });
    expect((await api.get(`${path}/999`)).body).toEqual({ position: -1 });
  });
});

describe('preferences', () => {
  it('are kept for every project, and nonsense in them falls back', async () => {
    const api = await scannedApi();
    expect((await api.get('/preferences')).body).toBeNull();
    const keys = { 'verdict.keep': ['k'] };
    const looks = { theme: 'dark', pixelated: true, fillStage: true, thumbnailSide: 96 };
    const kept = { ...looks, whyOpen: true, detailsOpen: true, firstStepsDone: true, tourDone: true, keys };
    await api.send('PUT', '/preferences', kept);
    expect((await api.get('/preferences')).body).toEqual(kept);
    expect((await api.send('PUT', '/preferences', { ...kept, theme: 'pink' })).body).toEqual({
      ...kept,
      theme: 'system',
    });
  });
});
