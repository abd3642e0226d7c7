import { expect, it } from 'vitest';
import { issueBits } from '../../../src/labelQuality/issues/index.ts';
import type { QueueGroup, QueueItem } from '../../../src/protocol/queue.ts';
import { scannedApi } from '../../support/apiHost.ts';

it('runs of frames, duplicates and surroundings of anchors are decided by one decision and one undo', async () => {
  const { get, send, host } = await scannedApi();
  const grouped = async (group: string) => {
    const { body } = await send('POST', '/queues', { filter: { show: 'all' }, group });
    const { items } = (await get(`/queues/${body.queueId}/items`)).body as { items: QueueItem[] };
    const groups = (body.groups as QueueGroup[]).map((each) => ({
      ...each,
      images: items.slice(each.start, each.start + each.count).map(({ image }) => image),
    }));
    return { queueId: body.queueId as string, groups };
  };
  const { queueId, groups } = await grouped('run');
  const named = groups.map(({ name, images }) => ({ name, images: [...images].sort() }));
  expect(named).toContainEqual({
    name: 'happy/1.png to 4.png',
    images: ['happy/1.png', 'happy/2.png', 'happy/3.png', 'happy/4.png'],
  });
  expect(named.at(-1)).toEqual({ name: null, images: ['happy/wrong.png', 'sad/wrong.png'] });
  const run = groups.find(({ name }) => name?.startsWith('sad/'));
  if (!run) throw new Error('the frames of sad are no run');
  const ranges = [{ start: run.start, end: run.start + run.count }];
  const bulk = await send('POST', `/queues/${queueId}/verdicts`, { ranges, verdict: 'label', label: 1 });
  expect(bulk.body).toMatchObject({ changed: 3, counts: { statuses: { relabelled: 3 } } });
  await send('POST', '/undo');
  expect((await get('/state')).body.project.counts.reviewed).toBe(0);

  const around = (await grouped('anchor')).groups.find(({ name }) => name === 'reference face sad#0');
  expect(around).toMatchObject({ count: 4, given: null, suggested: 2 });
  expect(around?.images).toContain('happy/wrong.png');

  const same = ['sad/1.png', 'sad/2.png'].map(
    (image) => host.workspace.opened.project.samples.byImage(image)?.id,
  );
  host.workspace.index.setIssues(same.map((id) => ({ sampleId: id ?? 0, bits: issueBits(['duplicates']) })));
  const [copies, others] = (await grouped('duplicates')).groups;
  expect(copies).toMatchObject({ count: 2, given: 2, name: '' });
  expect(others).toMatchObject({ count: 10, name: null });
});

it('a blind annotator sees no anchor', async () => {
  const { send } = await scannedApi();
  await send('PUT', '/annotator', { name: 'ann', blindness: { others: false, suggestion: true } });
  const { body } = await send('POST', '/queues', { filter: { show: 'all' }, group: 'anchor' });
  expect(body).toMatchObject({ total: 12, groups: [] });
});
