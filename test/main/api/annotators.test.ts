import { describe, expect, it } from 'vitest';
import type { AppState, ExportPreview } from '../../../src/protocol/api.ts';
import type { QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { scannedApi } from '../../support/apiHost.ts';
import { applyDecisions } from '../../support/applyDecisions.ts';

describe('annotators who differ', () => {
  it('make a queue, which adjudicating each empties, and undo fills again', async () => {
    const api = await scannedApi();
    const queue = async () => {
      const { body } = await api.send('POST', '/queues', { filter: { show: 'disagreements' } });
      const { queueId } = body as QueueSnapshot;
      const answer = await api.get(`/queues/${queueId}/items?limit=100`);
      return (answer.body as { items: QueueItem[] }).items;
    };
    const decide = (name: string, body: object) =>
      api
        .send('PUT', '/annotator', { name })
        .then(() => api.send('POST', '/verdicts', { sampleIds: [1], ...body }));
    await decide('ann', { verdict: 'kept' });
    expect(await queue()).toEqual([]);
    await decide('bob', { verdict: 'relabelled', label: 1 });
    await decide('cid', { verdict: 'relabelled', label: 1 });
    expect(await queue()).toMatchObject([{ id: 1, status: 'relabelled', label: 1 }]);

    await decide('dora', { verdict: 'excluded', role: 'adjudication' });
    expect(await queue()).toEqual([]);
    const { body } = await api.send('POST', '/export/preview', { what: 'reviewed' });
    const { columns, rows } = body as ExportPreview;
    const cell = (name: string) => rows[0]?.[columns.indexOf(name)];
    expect(cell('status')).toBe('excluded');
    expect(cell('annotator')).toBe('ann;bob;cid;dora');
    expect(cell('votes')).toBe('ann=angry;bob=happy;cid=happy');
    expect(cell('label_soft')).toBe('happy=0.6667;angry=0.3333');

    await api.send('POST', '/undo', {});
    expect(await queue()).toMatchObject([{ id: 1, status: 'relabelled', label: 1 }]);
    expect(((await api.get('/state')).body as AppState).project?.annotator).toBe('dora');
  });

  it('are resolved by one bulk adjudication, which skips resolved ones', async () => {
    const { send, get } = await scannedApi();
    const decide = async (name: string, body: object) => {
      await send('PUT', '/annotator', { name });
      await send('POST', '/verdicts', {
        sampleIds: [1, 2, 3],
        verdict: 'kept',
        reviewed: 'replace',
        ...body,
      });
    };
    await decide('ann', {});
    await decide('bob', { verdict: 'excluded' });
    const { body } = await send('POST', '/queues', { filter: { show: 'disagreements' }, group: 'given' });
    const { queueId, reviewedInGroups } = body as QueueSnapshot;
    expect(reviewedInGroups).toEqual([0]);
    await decide('dora', { sampleIds: [2], verdict: 'ambiguous', role: 'adjudication' });
    const ranges = [{ start: 0, end: 3 }];
    expect((await send('POST', `/queues/${queueId}/tally`, { ranges })).body).toEqual({
      images: 3,
      reviewed: 1,
    });
    const bulk = { ranges, verdict: 'kept', role: 'adjudication' };
    expect((await send('POST', `/queues/${queueId}/verdicts`, bulk)).body).toMatchObject({
      changed: 2,
      skipped: 1,
    });
    const { items } = (await get(`/queues/${queueId}/items`)).body as { items: QueueItem[] };
    const standing = Object.fromEntries(items.map(({ id, status }) => [id, status]));
    expect(standing).toEqual({ 1: 'kept', 2: 'ambiguous', 3: 'kept' });
  });

  it('are not made by the same label said in two ways', async () => {
    const { host } = await scannedApi();
    const { project } = host.workspace.opened;
    const sample = project.samples.byId(1);
    const decision = (annotator: string, kept: boolean) => ({
      image: sample?.image ?? '',
      annotator,
      outcome: { kind: 'label' as const, label: 'angry', kept },
      decidedAt: '2026-01-01T00:00:00.000Z',
      line: 2,
    });
    applyDecisions(project, [decision('ann', true), decision('bob', false)]);
    expect([...project.verdicts.disagreements()]).toEqual([]);
  });
});

describe('a blind annotator', () => {
  it('sees neither others’ decisions nor GReFEL’s predictions, and all of it afterwards', async () => {
    const { send, get } = await scannedApi();
    const annotate = (name: string, others: boolean, suggestion: boolean) =>
      send('PUT', '/annotator', { name, blindness: { others, suggestion } });
    const state = async () => ((await get('/state')).body as AppState).project?.counts;
    const detail = async () => (await get('/samples/1')).body;
    await send('POST', '/verdicts', { sampleIds: [1, 2], verdict: 'excluded' });
    await annotate('bob', true, true);
    expect(await state()).toMatchObject({ reviewed: 0, flagged: 0 });
    expect(await detail()).toMatchObject({ status: 'unreviewed', history: [], prediction: null });
    await send('POST', '/verdicts', { sampleIds: [1], verdict: 'kept' });
    expect(await state()).toMatchObject({ reviewed: 1 });
    expect(await detail()).toMatchObject({ status: 'kept', history: [{ annotator: 'bob' }] });
    await annotate('ann', true, false);
    expect(await state()).toMatchObject({ reviewed: 2, flagged: 2 });
    expect(await detail()).toMatchObject({ status: 'excluded', prediction: {} });
    await annotate('ann', false, false);
    expect(((await detail()) as { history: unknown[] }).history).toHaveLength(2);
  });
});
