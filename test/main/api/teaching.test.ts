import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { AppState } from '../../../src/protocol/api.ts';
import type { Overview } from '../../../src/protocol/overview.ts';
import type { QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { scannedApi } from '../../support/apiHost.ts';
import { type ColourName, makeColourDataset, TINY_MODELS } from '../../support/colourDataset.ts';

type Api = Awaited<ReturnType<typeof scannedApi>>;

/** 120 images of three classes; each twelfth carries another label than it shows. */
const IMAGES: Record<string, ColourName> = Object.fromEntries(
  Array.from({ length: 120 }, (_, image) => {
    const shown = (['happiness', 'sadness', 'anger'] as const)[image % 3] as ColourName;
    const folder = { happiness: 'happy', sadness: 'sad', anger: 'angry' }[shown as 'anger'];
    return [`${image % 12 === 5 ? 'happy' : folder}/${image}.png`, shown];
  }),
);

const makeImages = (folder: string) => makeColourDataset(folder, IMAGES);

const stateOf = async (api: Api) => (await api.get('/state')).body as AppState;

async function learned(api: Api, decisions: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { job, project } = await stateOf(api);
      expect([job?.kind, job?.state, project?.decisionsLearned]).toEqual(['fit', 'done', decisions]);
    },
    { timeout: 120_000, interval: 100 },
  );
}

async function queueOf(api: Api, continues?: object) {
  const request = { filter: { show: 'all' }, continues };
  const { queueId } = (await api.send('POST', '/queues', request)).body as QueueSnapshot;
  const { items } = (await api.get(`/queues/${queueId}/items?limit=200`)).body as { items: QueueItem[] };
  return { queueId, items };
}

async function openedAndLearned(): Promise<Api> {
  const api = await scannedApi(makeImages);
  expect((await stateOf(api)).project?.decisionsLearned).toBe(0);
  return api;
}

const keep = (api: Api, items: readonly QueueItem[]) =>
  api.send('POST', '/verdicts', { sampleIds: items.map(({ id }) => id), verdict: 'kept' });

describe('decisions', () => {
  it('are learned from by themselves once there are fifty, which is no other run to compare with', async () => {
    const api = await openedAndLearned();
    const { items } = await queueOf(api);
    const { fittedAt } = (await stateOf(api)).project as { fittedAt: string };
    for (const item of items.slice(0, 49)) await keep(api, [item]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await stateOf(api)).project).toMatchObject({ fittedAt, decisionsLearned: 0 });
    await api.send('POST', '/undo');
    await keep(api, items.slice(48, 49));
    await keep(api, items.slice(49, 50));
    await learned(api, 50);
    expect(((await api.get('/overview')).body as Overview).comparison).toBeNull();
  });

  it('offer no new queue where the order of the rest and the flags stay as they are', async () => {
    const api = await openedAndLearned();
    const { items } = await queueOf(api);
    const before = (await stateOf(api)).project as { fittedAt: string; queueChangedAt: string };
    await keep(api, items.slice(-50)); // as the scores say
    await learned(api, 50);
    const after = (await stateOf(api)).project;
    expect(after?.fittedAt).not.toBe(before.fittedAt);
    expect(after?.queueChangedAt).toBe(before.queueChangedAt);
    const ids = (all: readonly QueueItem[]) => all.map(({ id }) => id);
    expect(ids((await queueOf(api)).items)).toEqual(ids(items));
  });

  it('offer a new queue where the scores of some classes err', async () => {
    const api = await openedAndLearned();
    const before = (await stateOf(api)).project as { queueChangedAt: string };
    const { items } = await queueOf(api);
    const ofClass = (label: number) => items.filter(({ given }) => given === label).slice(0, 25);
    await keep(api, ofClass(1));
    const sampleIds = ofClass(0).map(({ id }) => id);
    await api.send('POST', '/verdicts', { sampleIds, verdict: 'relabelled', label: 2 });
    await learned(api, 50);
    expect((await stateOf(api)).project?.queueChangedAt).not.toBe(before.queueChangedAt);
  });

  it('offer a new queue where the tuned model counts, which learns from them', async () => {
    const api = await openedAndLearned();
    const model = join(TINY_MODELS, 'tiny.onnx');
    const scan = { model, modelsFolder: TINY_MODELS, provider: 'cpu' as const, reliance: 'tuned' as const };
    await api.host.workspace.startScan(scan);
    await learned(api, 0);
    const before = (await stateOf(api)).project as { queueChangedAt: string };
    const { items } = await queueOf(api);
    const sampleIds = items.slice(0, 50).map(({ id }) => id);
    await api.send('POST', '/verdicts', { sampleIds, verdict: 'relabelled', label: 0 });
    await learned(api, 50);
    expect((await stateOf(api)).project?.queueChangedAt).not.toBe(before.queueChangedAt);
  });

  it('change only the order of what is ahead if a queue continues from the image on the screen', async () => {
    const api = await openedAndLearned();
    const { queueId, items: before } = await queueOf(api);
    // Someone who contradicts the model: the labels that it finds wrong are right.
    await keep(api, before.slice(0, 50));
    await learned(api, 50);
    const place = before[60] as QueueItem;
    const { items: after } = await queueOf(api, { queueId, sampleId: place.id });
    const ids = (items: readonly QueueItem[]) => items.map(({ id }) => id);
    expect(ids(after).slice(0, 61)).toEqual(ids(before).slice(0, 61));
    expect(ids(after).toSorted()).toEqual(ids(before).toSorted());
    const ahead = after.slice(61).map(({ wrong }) => wrong ?? 0);
    expect(ahead).toEqual(ahead.toSorted((a, b) => b - a));
  });

  it('lower what the next hundred are expected to hold, where most of what was flagged was right', async () => {
    const api = await openedAndLearned();
    const { items } = await queueOf(api);
    const expected = async () => ((await api.get('/overview')).body as Overview).left.estimate;
    const flagged = items.filter(({ wrong }) => (wrong ?? 0) >= 0.5);
    const half = flagged.slice(0, Math.ceil(flagged.length / 2));
    const before = await expected();
    await keep(api, half);
    const ahead = flagged.slice(half.length).reduce((sum, { wrong }) => sum + (wrong ?? 0), 0);
    expect(half.length).toBeGreaterThan(2);
    expect(await expected()).toBeLessThan(Math.min(before, ahead));
  });

  it('are not learned from while a scan runs, whose end learns from them', async () => {
    const api = await openedAndLearned();
    const { items } = await queueOf(api);
    const model = join(TINY_MODELS, 'tiny.onnx');
    const scan = { model, modelsFolder: TINY_MODELS, provider: 'cpu' as const, rescan: true };
    await api.host.workspace.startScan(scan);
    const kinds = new Set<string>();
    api.host.on('job', ({ kind, state }) => kinds.add(`${kind} ${state}`));
    await keep(api, items.slice(0, 60));
    expect(api.host.workspace.job?.kind).toBe('scan');
    await learned(api, 60);
    expect([...kinds]).not.toContain('scan cancelled');
  });
});
