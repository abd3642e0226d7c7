import { describe, expect, it, vi } from 'vitest';
import type { AppState, ProjectSummary } from '../../../src/protocol/api.ts';
import type { Overview } from '../../../src/protocol/overview.ts';
import type { QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { clientOf, createHost, scannedApi } from '../../support/apiHost.ts';

type Api = Awaited<ReturnType<typeof scannedApi>>;

const overviewOf = async (api: Api) => (await api.get('/overview')).body as Overview;

async function itemsOf(api: Api, filter: object): Promise<QueueItem[]> {
  const { queueId } = (await api.send('POST', '/queues', { filter })).body as QueueSnapshot;
  return ((await api.get(`/queues/${queueId}/items?limit=100`)).body as { items: QueueItem[] }).items;
}

describe('the overview of a scanned dataset', () => {
  it('counts images by given label and prediction, and the flagged of each class', async () => {
    const overview = await overviewOf(await scannedApi());
    // angry 3; happy 4 and one that shows sadness; sad 3 and one that shows anger
    expect(overview.corrected).toEqual([
      [3, 0, 0],
      [0, 4, 1],
      [1, 0, 3],
    ]);
    expect(overview.suggested).toEqual(overview.corrected);
    expect(overview.primary.flat().reduce((sum, count) => sum + count)).toBe(12);
    expect(overview.classes.map(({ images, flagged }) => [images, flagged])).toEqual([
      [3, 0],
      [5, 1],
      [4, 1],
    ]);
    expect(overview.confidence.corrected.bins.reduce((sum, count) => sum + count)).toBe(12);
    expect(overview).toMatchObject({ scored: 12, reviewed: 0, wrong: 0, unreviewed: 12, audit: null });
    expect(overview.advice).toBe('begin');
  });

  it('follows the verdicts: what was found, classes afterwards, what is left', async () => {
    const api = await scannedApi();
    const flagged = await itemsOf(api, { show: 'flagged' });
    const before = await overviewOf(api);
    for (const { id, suggested } of flagged) {
      await api.send('POST', '/verdicts', { sampleIds: [id], verdict: 'relabelled', label: suggested });
    }
    const after = await overviewOf(api);
    expect(after).toMatchObject({ reviewed: 2, wrong: 2, unreviewed: 10 });
    expect(after.left.estimate).toBeLessThan(before.left.estimate);
    for (const { left, classes } of [before, after])
      expect(classes.reduce((sum, { left }) => sum + left.estimate, 0)).toBeCloseTo(left.estimate);
    const suggestedOf = ({ suggested }: Overview) => suggested.flat().reduce((sum, count) => sum + count, 0);
    expect([suggestedOf(before), suggestedOf(after)]).toEqual([12, 10]);
    expect(after.classes.map(({ afterVerdicts }) => afterVerdicts)).toEqual([4, 4, 4]);
    expect(before.classes.map(({ afterSuggestions }) => afterSuggestions)).toEqual([4, 4, 4]);
    expect(after.yield.recent).toMatchObject({ viewed: 2, wrong: 2 });
    expect(after.yield.found).toEqual([{ from: 0, size: 2, wrong: 2 }]);
  });

  it('keeps the probability from which labels are flagged', async () => {
    const api = await scannedApi();
    const told = (await api.send('PUT', '/threshold', { flaggedAt: 0.3 })).body as ProjectSummary;
    expect(told.flaggedAt).toBe(0.3);
    expect(told.counts.flagged).toBeGreaterThanOrEqual(2);
    const { project } = (await api.get('/state')).body as AppState;
    expect(project?.flaggedAt).toBe(0.3);
    expect((await api.send('PUT', '/threshold', { flaggedAt: 2 })).status).toBe(400);
  });

  it('has the counts of confident learning, and the weight of the head', async () => {
    const api = await scannedApi();
    const { fit, classes } = await vi.waitFor(
      async () => {
        const overview = await overviewOf(api);
        expect(overview.fit).not.toBeNull();
        return overview;
      },
      { timeout: 120_000, interval: 200 },
    );
    expect(fit?.confidentJoint.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual(
      classes.map(({ images }) => images),
    );
    expect(fit?.tunedShare).toHaveLength(classes.length);
    expect(fit?.groupedBy).toBeNull();
  });

  it('draws a random sample of the images without a verdict, which is a queue and corrects the estimate', async () => {
    const api = await scannedApi();
    const [first] = await itemsOf(api, { show: 'flagged' });
    await api.send('POST', '/verdicts', { sampleIds: [first?.id], verdict: 'excluded' });
    const drawn = (await api.send('POST', '/audit', { size: 11 })).body as Overview;
    expect(drawn.audit).toMatchObject({ size: 11, reviewed: 0, wrong: 0 });
    const sample = await itemsOf(api, { show: 'audit' });
    expect(sample).toHaveLength(11);
    expect(sample.map(({ id }) => id)).not.toContain(first?.id);
    await api.send('POST', '/verdicts', { sampleIds: sample.map(({ id }) => id), verdict: 'kept' });
    const decided = await overviewOf(api);
    expect(decided.audit).toMatchObject({ reviewed: 11, wrong: 0 });
    expect(decided.yield.recent).toMatchObject({ viewed: 1 }); // a random sample is no yield of the queue
  });

  it('starts a random sample at its first image, wherever the review stood before', async () => {
    const api = await scannedApi();
    await api.send('POST', '/audit', { size: 12 });
    const last = (await itemsOf(api, { show: 'audit' })).at(-1);
    await api.send('PUT', '/place', { request: { filter: { show: 'all' } }, sampleId: last?.id });
    const startOf = async (show: string) =>
      ((await api.send('POST', '/queues', { filter: { show } })).body as QueueSnapshot).startAt;
    expect(await startOf('audit')).toBe(0);
    await api.send('PUT', '/place', { request: { filter: { show: 'audit' } }, sampleId: last?.id });
    expect(await startOf('audit')).toBe(11);
  });

  it('keeps the random sample when the dataset is opened again', async () => {
    const api = await scannedApi();
    await api.send('POST', '/audit', { size: 10 });
    const before = (await itemsOf(api, { show: 'audit' })).map(({ id }) => id);
    await api.host.close();
    await api.host.open(api.folder);
    expect((await itemsOf(api, { show: 'audit' })).map(({ id }) => id)).toEqual(before);
  });

  it('says what is missing where no folder is open, and refuses a sample of nonsense', async () => {
    const api = clientOf(createHost());
    expect((await api.get('/overview')).status).toBe(404);
    const scanned = await scannedApi();
    expect((await scanned.send('POST', '/audit', { size: -1 })).status).toBe(400);
  });
});
