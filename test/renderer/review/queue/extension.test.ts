import { afterEach, describe, expect, it } from 'vitest';
import type { QueueItem } from '../../../../src/protocol/queue.ts';
import { openedDataset } from '../../../../src/renderer/client/openedDataset.svelte.ts';
import { type CompleteQueueRequest, defaultRequest } from '../../../../src/renderer/client/route.ts';
import { ReviewQueue } from '../../../../src/renderer/review/queue/queue.svelte.ts';
import { scannedApi } from '../../../support/apiHost.ts';
import { SMALL_DATASET } from '../../../support/colourDataset.ts';

const IMAGES = Object.keys(SMALL_DATASET).length;
const FEW = 4;
/** Images leave and join this queue as decisions on them are made and undone; by a scan they join others likewise. */
const UNREVIEWED: CompleteQueueRequest = {
  ...defaultRequest,
  filter: { ...defaultRequest.filter, show: 'all', statuses: ['unreviewed'] },
};

const browserFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = browserFetch;
});

async function scanned() {
  const api = await scannedApi();
  openedDataset.use(api.host.revision().opening, false);
  globalThis.fetch = api.fetch;
  const keep = (sampleIds: number[]) => api.send('POST', '/verdicts', { sampleIds, verdict: 'kept' });
  const undo = () => api.send('POST', '/undo');
  return { api, keep, undo };
}

async function loadQueue(): Promise<ReviewQueue> {
  const queue = new ReviewQueue();
  queue.expect(UNREVIEWED);
  await queue.load();
  return queue;
}

/** A queue of few images, which many more would be in by now. */
async function queueOfFew() {
  const { api, keep, undo } = await scanned();
  await keep(ids(await loadQueue()).slice(FEW));
  const queue = await loadQueue();
  expect(queue.total).toBe(FEW);
  await undo();
  return { api, keep, queue };
}

const items = (queue: ReviewQueue) =>
  Array.from({ length: queue.total }, (_, position) => queue.at(position) as QueueItem);
const ids = (queue: ReviewQueue) => items(queue).map(({ id }) => id);
const extend = (queue: ReviewQueue, possible = () => true) =>
  queue.extend({ shown: { start: -40, end: 60 }, shownId: () => null, saved: async () => {}, possible });

describe('a queue that is extended', { timeout: 120_000 }, () => {
  it('keeps what was seen where it is, also what has left it, and has the rest behind that in the new order', async () => {
    const { api, keep, queue } = await queueOfFew();
    const before = ids(queue);
    queue.hold(1);
    await keep(before.slice(1, 2)); // by someone else
    expect(await extend(queue)).toBe(true);
    expect([queue.total, queue.unreviewed]).toEqual([IMAGES, IMAGES - 1]);
    expect(ids(queue).slice(0, 2)).toEqual(before.slice(0, 2));
    expect(new Set(ids(queue)).size).toBe(IMAGES);
    const ahead = items(queue)
      .slice(2)
      .map(({ wrong }) => wrong ?? 0);
    expect(ahead).toEqual(ahead.toSorted((a, b) => b - a));
    expect(await queue.findPosition(before[1] as number)).toBe(1);

    const first = before[0] as number;
    const extended = extend(queue);
    queue.give(first, { status: 'ambiguous', label: 0 }); // here, while it is being extended
    await api.send('POST', '/verdicts', { sampleIds: [first], verdict: 'ambiguous' });
    expect(await extended).toBe(true);
    await expect.poll(() => queue.unreviewed).toBe(IMAGES - 2);
    expect(queue.at(0)?.status).toBe('ambiguous');
  });

  it('does not change where the person goes further or selects meanwhile, or the core has dropped it', async () => {
    const { api, queue } = await queueOfFew();
    const before = ids(queue);
    globalThis.fetch = async (address, options) => {
      const answer = await api.fetch(address, options);
      queue.hold(2);
      return answer;
    };
    expect(await extend(queue)).toBe(false);
    globalThis.fetch = api.fetch;
    expect(await extend(queue, () => false)).toBe(false);
    expect(ids(queue)).toEqual(before);
    expect(await extend(queue)).toBe(true);
    expect(ids(queue).slice(0, 3)).toEqual(before.slice(0, 3));
    const now = ids(queue);
    for (let other = 0; other < 16; other++) await api.send('POST', '/queues', {});
    expect(await extend(queue)).toBe(false);
    expect(ids(queue)).toEqual(now);
  });

  it('leaves the queues of other windows their place in the core, however often', async () => {
    const { queue } = await queueOfFew();
    const other = await loadQueue();
    for (let times = 0; times < 20; times++) expect(await extend(queue)).toBe(true);
    await other.reload();
    expect(ids(other)).toHaveLength(IMAGES);
  });
});
