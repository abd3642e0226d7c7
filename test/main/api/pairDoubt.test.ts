import { describe, expect, it } from 'vitest';
import type { AppState, ExportPreview, SampleDetail } from '../../../src/protocol/api.ts';
import type { Overview } from '../../../src/protocol/overview.ts';
import type { QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { scannedApi } from '../../support/apiHost.ts';
import { type ColourName, makeColourDataset } from '../../support/colourDataset.ts';

type Api = Awaited<ReturnType<typeof scannedApi>>;

/** Half of the labels "happy" are of images that the model sees as sadness; each label "angry" is right. */
const IMAGES: Record<string, ColourName> = Object.fromEntries([
  ...Array.from({ length: 30 }, (_, image) => [`happy/${image}.png`, 'happiness'] as const),
  ...Array.from({ length: 30 }, (_, image) => [`happy/like sad ${image}.png`, 'sadness'] as const),
  ...Array.from({ length: 30 }, (_, image) => [`angry/${image}.png`, 'anger'] as const),
  ...Array.from({ length: 30 }, (_, image) => [`sad/${image}.png`, 'sadness'] as const),
]);

const stateOf = async (api: Api) => (await api.get('/state')).body as AppState;
const doubtsOf = async (api: Api) => (await stateOf(api)).project?.doubts;
const flaggedOf = async (api: Api) => (await stateOf(api)).project?.counts.flagged;

async function queueOf(api: Api, show: string): Promise<QueueItem[]> {
  const { queueId } = (await api.send('POST', '/queues', { filter: { show } })).body as QueueSnapshot;
  return ((await api.get(`/queues/${queueId}/items?limit=200`)).body as { items: QueueItem[] }).items;
}

const makeImages = (folder: string) => makeColourDataset(folder, IMAGES);
const scanned = () => scannedApi(makeImages);

const accepted = async (api: Api) =>
  ((await api.send('POST', '/export/preview', { unreviewed: 'suggestion' })).body as ExportPreview).statuses
    .auto;

const leftOf = async (api: Api) => ((await api.get('/overview')).body as Overview).left;

describe('a class that the model may see differently from the dataset', () => {
  it('is asked about before its labels count as likely wrong or are accepted in bulk', async () => {
    const api = await scanned();
    const doubts = await doubtsOf(api);
    expect(doubts).toHaveLength(1);
    expect(doubts?.[0]).toMatchObject({ sampled: 10, reviewed: 0, state: 'open' });
    const all = await queueOf(api, 'all');
    const held = all.filter((item) => item.held);
    expect(held).toHaveLength(doubts?.[0]?.flagged as number);
    expect(held.every(({ given, suggested }) => suggested === given)).toBe(true);
    const flagged = await queueOf(api, 'flagged');
    expect(flagged.slice(0, 10).every((item) => item.held)).toBe(true);
    expect(flagged.slice(10).some((item) => item.held)).toBe(false);
    expect(await flaggedOf(api)).toBe(flagged.length);
    expect(await accepted(api)).toBe(0);
    const detail = (await api.get(`/samples/${held[0]?.id}`)).body as SampleDetail;
    expect(detail.prediction).toMatchObject({ flagged: false, held: true });
    expect(detail.prediction?.reason).toContain('may see this class differently');
    const left = await leftOf(api);
    expect(left.high - left.low).toBeGreaterThan(0.9 * held.length);
  });

  it('is believed once a person has found most of ten labels wrong, also when opened again', async () => {
    const api = await scanned();
    const [doubt] = (await doubtsOf(api)) ?? [];
    const first = (await queueOf(api, 'flagged')).slice(0, 10);
    const relabel = (items: readonly QueueItem[]) =>
      api.send('POST', '/verdicts', {
        sampleIds: items.map(({ id }) => id),
        verdict: 'relabelled',
        label: doubt?.suggested,
      });
    await relabel(first.slice(0, 9));
    expect(await doubtsOf(api)).toMatchObject([{ reviewed: 9, wrong: 9, state: 'open' }]);
    await relabel(first.slice(9));
    expect(await doubtsOf(api)).toMatchObject([{ reviewed: 10, wrong: 10, state: 'confirmed' }]);
    expect(await flaggedOf(api)).toBe(doubt?.flagged);
    expect(await accepted(api)).toBe((doubt?.flagged as number) - 10);
    await api.send('POST', '/undo');
    expect(await doubtsOf(api)).toMatchObject([{ reviewed: 9, state: 'open' }]);
    await api.send('POST', '/redo');
    await api.host.close();
    await api.host.open(api.folder);
    expect(await doubtsOf(api)).toMatchObject([{ reviewed: 10, state: 'confirmed' }]);
  });

  it('is left to the dataset once most of ten labels were right, and so are the figures', async () => {
    const api = await scanned();
    const before = await leftOf(api);
    const first = (await queueOf(api, 'flagged')).slice(0, 10);
    await api.send('POST', '/verdicts', { sampleIds: first.map(({ id }) => id), verdict: 'kept' });
    expect(await doubtsOf(api)).toMatchObject([{ reviewed: 10, wrong: 0, state: 'refuted' }]);
    expect(await flaggedOf(api)).toBe(0);
    expect(await accepted(api)).toBe(0);
    const after = await leftOf(api);
    expect(after.estimate).toBeLessThan(before.estimate / 3);
    expect(after.high).toBeLessThan(before.high / 2);
  });
});
