import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createApi } from '../../../src/main/api/app.ts';
import type { StateAnswer } from '../../../src/protocol/api.ts';
import type { NewQueue } from '../../../src/protocol/queue.ts';
import { clientOf, createHost, ORIGIN, scanEnd, TOKEN } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Requests of a page that are about no dataset, or about one that is not open yet. */
const OF_NO_DATASET = [
  'GET /api/state',
  'GET /api/events',
  'GET /api/preferences',
  'PUT /api/preferences',
  'GET /api/folders',
  'GET /api/recent',
  'POST /api/recent/forget',
  'POST /api/inspections',
  'GET /api/inspections/:id/previews/:place',
  'GET /api/inspections/:id/tables',
  'GET /api/inspections/:id/faces',
  'GET /api/inspections/:id/pace',
  'POST /api/project',
];

const VERDICT = { sampleIds: [1], verdict: 'excluded' };
const RANGES = [{ start: 0, end: 12 }];

/** A well-formed body for every route that changes, or may change, a dataset. */
const CHANGES: Record<string, unknown> = {
  'POST /scan': { action: 'start' },
  'POST /verdicts': VERDICT,
  'POST /verdicts/waiting': { saves: [{ kind: 'verdict', request: VERDICT }] },
  'POST /undo': {},
  'POST /redo': {},
  'PUT /place': { request: { filter: { show: 'all' } }, sampleId: 1, view: 'single' },
  'PUT /annotator': { name: 'someone else' },
  'PUT /blindness': { others: true, suggestion: true },
  'PUT /classes': { mapping: { happy: 'sadness' } },
  'POST /queues': { filter: { show: 'all' } },
  'POST /queues/:queueId/tally': { ranges: RANGES },
  'POST /queues/:queueId/verdicts': { ranges: RANGES, verdict: 'excluded' },
  'PUT /views': { views: [] },
  'POST /guidelines/file': { format: 'grefel-guidelines', version: 1, classes: {} },
  'PUT /guidelines/:label/description': { description: 'of the other' },
  'POST /guidelines/exemplars': { label: 0, sampleId: 1 },
  'POST /guidelines/exemplars/removed': { label: 0, image: 'x.png' },
  'POST /predictions': { file: '/nowhere.csv' },
  'PUT /threshold': { flaggedAt: 0.9 },
  'POST /audit': { size: 10 },
  'POST /export/preview': {},
  'POST /export/folder': { request: {}, folder: '/nowhere' },
  'POST /map': { action: 'start' },
  'PUT /selection': { sampleIds: [1] },
  'PUT /team/assignment': { plan: null },
  'PUT /team/round': { round: null },
  'POST /team/decisions': { files: [{ name: 'x.csv', text: 'image,label' }] },
};

/** Two datasets, the second of which is open; both were scanned. */
async function twoDatasets() {
  const host = createHost();
  const [first, second] = [join(temporaryFolder(), 'first'), join(temporaryFolder(), 'second')];
  const openings: string[] = [];
  for (const folder of [first, second]) {
    await makeColourDataset(folder, SMALL_DATASET);
    await host.open(folder);
    openings.push(host.state().revision.opening ?? '');
    const done = scanEnd(host);
    await host.startScan();
    await done;
    await expect.poll(() => host.workspace.runningJob).toBeNull();
  }
  const { app, get, send } = clientOf(host);
  const headers = {
    host: '127.0.0.1:4000',
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
  };
  const ask = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await app.request(`${ORIGIN}/api${path}`, init);
    return { status: response.status, body: await response.json().catch(() => null) };
  };
  return { host, app, headers, get, send, ask, first, second, openings: openings as [string, string] };
}

const routesOf = (host: Parameters<typeof createApi>[0]) =>
  [...new Set(createApi(host).routes.map(({ method, path }) => `${method} ${path}`))].filter(
    (route) => !route.startsWith('ALL '),
  );

describe('a request of one dataset while another is open', () => {
  it('names its dataset in every address but those that are about none', () => {
    const free = routesOf(createHost()).filter((route) => !/ \/api\/datasets\/:opening\/\w/.test(route));
    expect(free.toSorted()).toEqual(OF_NO_DATASET.toSorted());
  });

  it('is refused by every route, and changes nothing of the other', async () => {
    const { host, ask, get, openings } = await twoDatasets();
    const before = (await get('/state')).body as StateAnswer;
    const routes = routesOf(host).filter((route) => route.includes(':opening'));
    expect(routes.length).toBeGreaterThan(40);
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      const named = path
        .replace('/api', '')
        .replace(':opening', openings[0])
        .replace(/:kind\{[^}]*\}/, 'thumbnail')
        .replace(/:(sampleId|id|label)/, '1')
        .replace(/:\w+/g, '1');
      const answer = await ask(method, named, method === 'GET' ? undefined : {});
      expect([route, answer.status, (answer.body as { code?: string })?.code]).toEqual([
        route,
        409,
        'dataset-changed',
      ]);
    }
    const after = (await get('/state')).body as StateAnswer;
    expect(after.project).toEqual(before.project);
  });

  it('accepts no decision on its images, single or in a queue, even if the request is well formed', async () => {
    const { ask, get, openings } = await twoDatasets();
    const [first, second] = openings;
    const verdict = { sampleIds: [1], verdict: 'excluded' };
    expect((await ask('POST', `/datasets/${first}/verdicts`, verdict)).status).toBe(409);
    const waiting = { saves: [{ kind: 'verdict', request: verdict }] };
    expect((await ask('POST', `/datasets/${first}/verdicts/waiting`, waiting)).status).toBe(409);
    const state = (await get('/state')).body as StateAnswer;
    expect(state.project?.counts.reviewed).toBe(0);
    expect((await ask('POST', `/datasets/${second}/verdicts`, verdict)).status).toBe(200);
  });

  it('is refused by every route that has a body also where the other was opened while that was on the way', async () => {
    const { host, app, headers, get, first, second } = await twoDatasets();
    const routes = routesOf(host).filter((route) => !route.startsWith('GET') && route.includes(':opening'));
    expect(Object.keys(CHANGES).toSorted()).toEqual(
      routes.map((route) => route.replace('/api/datasets/:opening', '')).toSorted(),
    );
    const stateOf = async (folder: string) => {
      await host.open(folder);
      return ((await get('/state')).body as StateAnswer).project;
    };
    const before = await stateOf(second);
    await host.open(first);
    const { opening } = host.state().revision;
    const pending = Object.entries(CHANGES).map(([route, body]) => {
      const [method = '', path = ''] = route.split(' ');
      const { promise: sent, resolve: send } = Promise.withResolvers<void>();
      const late = new ReadableStream({
        async start(controller) {
          await sent;
          controller.enqueue(new TextEncoder().encode(JSON.stringify(body)));
          controller.close();
        },
      });
      const address = `${ORIGIN}/api/datasets/${opening}${path.replace(/:\w+/g, '0')}`;
      const init = { method, headers, body: late, duplex: 'half' } as RequestInit;
      return { route, send, answer: app.request(address, init) };
    });
    await host.open(second);
    for (const { route, send, answer } of pending) {
      send();
      expect([route, (await answer).status]).toEqual([route, 409]);
    }
    expect(await stateOf(second)).toEqual(before);
  });

  it('finds no queue of it: names of queues are never the same twice', async () => {
    const { host, send, first } = await twoDatasets();
    const all = { filter: { show: 'all' } };
    const queue = (await send('POST', '/queues', all)).body as NewQueue;
    await host.open(first);
    const other = (await send('POST', '/queues', all)).body as NewQueue;
    expect(other.queueId).not.toBe(queue.queueId);
    const bulk = { ranges: [{ start: 0, end: 12 }], verdict: 'excluded' };
    expect((await send('POST', `/queues/${queue.queueId}/verdicts`, bulk)).status).toBe(404);
    expect(host.workspace.counts().reviewed).toBe(0);
  });

  it('has another name at each opening of the same folder, and none while nothing is open', async () => {
    const { host, first, second, openings } = await twoDatasets();
    const seen = new Set<string | null>(openings);
    for (const folder of [first, second, first]) {
      await host.open(folder);
      const { opening } = host.state().revision;
      expect(seen.has(opening)).toBe(false);
      seen.add(opening);
    }
    await host.close();
    expect(host.state().revision.opening).toBeNull();
  });

  it('is reported if a scan of the dataset ends because that was closed', async () => {
    const { host, app, headers, first, openings } = await twoDatasets();
    const answer = app.request(`${ORIGIN}/api/datasets/${openings[1]}/overview`, { headers });
    await host.open(first);
    const { status } = await answer;
    expect([200, 409]).toContain(status); // answered before it was closed, or refused; never an unexpected failure
  });
});
