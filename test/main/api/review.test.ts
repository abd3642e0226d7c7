import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { AppState, ExportPreview, SampleDetail } from '../../../src/protocol/api.ts';
import { pageStart, type QueueItem, type QueueSnapshot } from '../../../src/protocol/queue.ts';
import { clientOf, createHost, freshlyScannedApi, scannedApi } from '../../support/apiHost.ts';

type Client = ReturnType<typeof clientOf>;

async function queueOf(
  api: Client,
  request: object = {},
): Promise<{ snapshot: QueueSnapshot; items: QueueItem[] }> {
  const snapshot = (await api.send('POST', '/queues', request)).body as QueueSnapshot;
  const { body } = await api.get(`/queues/${snapshot.queueId}/items?limit=100`);
  return { snapshot, items: (body as { items: QueueItem[] }).items };
}

describe('the API of a scanned dataset', () => {
  it('says what is open: classes with keys and emotions, counts, model', async () => {
    const api = await scannedApi();
    const { project } = (await api.get('/state')).body as AppState;
    expect(project?.classes).toMatchObject([
      { name: 'angry', emotion: 'anger', key: '1', known: true, count: 3 },
      { name: 'happy', emotion: 'happiness', key: '2', known: true, count: 5 },
      { name: 'sad', emotion: 'sadness', key: '3', known: true, count: 4 },
    ]);
    expect(project?.counts).toMatchObject({ images: 12, scanned: 12, pending: 0, flagged: 2, reviewed: 0 });
    expect(project?.model).toMatchObject({ name: 'tiny', provider: 'cpu' });
  });

  it('keeps the order of a queue while verdicts change what is in it', async () => {
    const api = await scannedApi();
    const { snapshot, items } = await queueOf(api, { filter: { statuses: ['unreviewed'] } });
    expect(snapshot.total).toBe(2);
    const [first] = items;
    await api.send('POST', '/verdicts', { sampleIds: [first?.id], verdict: 'excluded' });
    const again = (await api.get(`/queues/${snapshot.queueId}/items?limit=100`)).body as {
      items: QueueItem[];
    };
    expect(again.items.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    expect(again.items[0]).toMatchObject({ status: 'excluded', label: null });
    expect((await queueOf(api, { filter: { statuses: ['unreviewed'] } })).snapshot.total).toBe(1);
  });

  it('gives a new queue with the page of its items that it starts in', async () => {
    const api = await scannedApi();
    const { snapshot, items } = await queueOf(api, { filter: { show: 'all' } });
    expect(items).toHaveLength(12);
    expect(snapshot).toMatchObject({ startAt: 0, items });
    expect([0, 99, 100, 250].map(pageStart)).toEqual([0, 0, 100, 200]);
  });

  it('takes decisions, undoes and redoes them, and exports the result', async () => {
    const api = await scannedApi();
    const { items } = await queueOf(api);
    const [first, second] = items as [QueueItem, QueueItem];
    await api.send('POST', '/verdicts', {
      sampleIds: [first.id],
      verdict: 'relabelled',
      label: first.suggested,
    });
    await api.send('POST', '/verdicts', { sampleIds: [second.id], verdict: 'kept' });
    expect((await api.send('POST', '/undo')).body).toMatchObject({
      sampleIds: [second.id],
      changed: 1,
      canUndo: true,
      canRedo: true,
    });

    const rows = parse(await (await api.request('/export/file')).text(), { columns: true }) as Record<
      string,
      string
    >[];
    expect(rows).toHaveLength(12);
    const changed = rows.filter(({ label_given, label_clean }) => label_given !== label_clean);
    expect(changed).toMatchObject([{ image: first.image, status: 'relabelled', annotator: 'ann' }]);
    expect(rows.find(({ image }) => image === second.image)?.status).toBe('unreviewed');

    await api.send('POST', '/redo');
    const detail = (await api.get(`/samples/${second.id}`)).body as SampleDetail;
    expect(detail.status).toBe('kept');
    expect(detail.history.map(({ verdict }) => verdict)).toEqual(['kept', 'cleared', 'kept']);
  });

  it('answers a decision with the resulting label, which with several annotators may be another', async () => {
    const api = await scannedApi();
    const decide = async (name: string, verdict: string) => {
      await api.send('PUT', '/annotator', { name });
      return (await api.send('POST', '/verdicts', { sampleIds: [1], verdict })).body;
    };
    const stands = { changes: [{ sampleId: 1, status: 'ambiguous' }] };
    expect(await decide('ann', 'ambiguous')).toMatchObject(stands);
    await decide('ben', 'ambiguous');
    expect(await decide('cem', 'excluded')).toMatchObject(stands);
  });

  it('takes all that a page had waiting as it was left, in its order, and none of it twice', async () => {
    const api = await scannedApi();
    const { snapshot, items } = await queueOf(api);
    const [first, second] = items as [QueueItem, QueueItem];
    const verdict = { sampleIds: [first.id], verdict: 'excluded', requestId: 'first-key' };
    const bulk = { ranges: [{ start: 0, end: 2 }], verdict: 'kept', requestId: 'second-key' };
    const saves = [
      { kind: 'verdict', request: verdict },
      { kind: 'bulk', queueId: snapshot.queueId, request: bulk },
      { kind: 'undo', requestId: 'third-key' },
    ];
    await api.send('POST', '/verdicts', verdict);
    for (const _ of ['sent', 'sent again']) {
      expect((await api.send('POST', '/verdicts/waiting', { saves })).status).toBe(200);
      expect((await queueOf(api)).items.map(({ id, status }) => [id, status])).toEqual([
        [first.id, 'excluded'],
        [second.id, 'unreviewed'],
      ]);
    }
    const failing = [{ kind: 'bulk', queueId: 'q99', request: { ...bulk, requestId: 'fourth-key' } }];
    const after = [...failing, { kind: 'undo', requestId: 'fifth-key' }];
    expect((await api.send('POST', '/verdicts/waiting', { saves: after })).status).toBe(404);
    expect((await queueOf(api)).items[0]).toMatchObject({ status: 'excluded' });
  });

  it('exports unreviewed flags by the rule that is chosen', async () => {
    const api = await scannedApi();
    const preview = async (request: object) =>
      (await api.send('POST', '/export/preview', request)).body as ExportPreview;
    expect(await preview({})).toMatchObject({ total: 12, unreviewedFlags: 2 });
    expect((await preview({ unreviewed: 'drop' })).total).toBe(10);
    const taken = await preview({ what: 'changed', unreviewed: 'suggestion' });
    expect(taken.rows.map((row) => [row[0], row[3], row[4]])).toEqual([
      ['happy/wrong.png', 'sad', 'auto'],
      ['sad/wrong.png', 'angry', 'auto'],
    ]);
  });

  it('comes back to the same image', async () => {
    const api = await scannedApi();
    const { items } = await queueOf(api);
    const request = { filter: { show: 'flagged' }, score: 'self-confidence' };
    await api.send('PUT', '/place', { request, sampleId: items[1]?.id });
    const { project } = (await api.get('/state')).body as AppState;
    expect(project?.place).toMatchObject({ request, sampleId: items[1]?.id });
    expect((await queueOf(api)).snapshot.startAt).toBe(1);
    const startOf = async (startWith: number | null) =>
      ((await api.send('POST', '/queues', { startWith })).body as QueueSnapshot).startAt;
    expect(await startOf(null)).toBe(0);
    await api.send('PUT', '/place', { request, sampleId: items[0]?.id });
    expect(await startOf(items[1]?.id ?? null)).toBe(1);
  });

  it('sends pictures that a browser shows, and says why where it cannot', async () => {
    const api = await freshlyScannedApi();
    const { items } = await queueOf(api);
    const full = await api.request(`/samples/${items[0]?.id}/image`);
    expect(full.headers.get('content-type')).toBe('image/png');
    const small = await api.request(`/samples/${items[0]?.id}/thumbnail?side=32`);
    expect(small.status).toBe(200);
    writeFileSync(join(api.folder, items[0]?.image as string), 'gone bad');
    const bad = await api.get(`/samples/${items[0]?.id}/image`);
    expect(bad).toMatchObject({ status: 404, body: { message: expect.stringContaining('not an image') } });
  });

  it('refuses verdicts that make no sense', async () => {
    const api = await scannedApi();
    const statusOf = async (body: object) => (await api.send('POST', '/verdicts', body)).status;
    expect(await statusOf({ sampleIds: [1], verdict: 'kept', label: 1 })).toBe(400);
    expect(await statusOf({ sampleIds: [1], verdict: 'relabelled' })).toBe(400);
    expect(await statusOf({ sampleIds: [1], verdict: 'relabelled', label: 9 })).toBe(400);
    expect(await statusOf({ sampleIds: [999], verdict: 'kept' })).toBe(404);
    expect(await statusOf({})).toBe(400);
  });

  it('informs a page of decisions and scans as they happen', async () => {
    const api = await scannedApi();
    const response = await api.request('/events');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await new Promise((resolve) => setImmediate(resolve)); // the stream has begun to listen
    await api.send('POST', '/verdicts', { sampleIds: [1], verdict: 'kept' });
    /** The next event that is not about the scan or the fit after it. */
    const next = async (): Promise<string> => {
      const event = new TextDecoder().decode((await reader.read()).value);
      return event.startsWith('event: job') || event.startsWith('event: state') ? next() : event;
    };
    expect(await next()).toMatch(/event: verdicts\ndata: {"data":\[{"sampleId":1,"status":"kept"/);
    expect(await next()).toMatch(/event: change\ndata: {"data":{.*"reviewed":1/);
    await reader.cancel();
  });
});

describe('the API before a folder is open', () => {
  it('says so, and opens one', async () => {
    const api = clientOf(createHost());
    expect(((await api.get('/state')).body as AppState).project).toBeNull();
    expect(await api.send('POST', '/queues', {})).toMatchObject({
      status: 404,
      body: { hint: 'Open a folder first.' },
    });
    expect(await api.send('POST', '/project', { folder: '/no/such/folder' })).toMatchObject({
      status: 404,
      body: { code: 'folder-missing', hint: expect.stringContaining('Check the path') },
    });
  });
});
