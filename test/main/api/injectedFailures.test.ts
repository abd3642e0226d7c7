import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scannedApi } from '../../support/apiHost.ts';
import {
  type Injection,
  SQLITE_CODES,
  SYSTEM_CODES,
  withFailingStorage,
} from '../../support/failingStorage.ts';

/** Calls of one request that are made to fail. */
const TRIED = 12;

const PREDICTIONS = 'image,happy,sad\nhappy/1.png,0.9,0.1\nsad/1.png,0.2,0.8\n';

type Api = Awaited<ReturnType<typeof scannedApi>>;
type Answer = { status: number; body: Record<string, unknown> };

/** Of an answer that is JSON only where it failed. A download that fails after its first bytes is broken off. */
async function asAnswer(answered: Response | Promise<Response>): Promise<Answer> {
  const response = await answered;
  try {
    const text = await response.text();
    return { status: response.status, body: response.status < 400 ? {} : JSON.parse(text) };
  } catch (error) {
    const [, message = '', hint = ''] =
      /^(the download was broken off: .+\))\. (.+)$/.exec(String((error as Error).message)) ?? [];
    return { status: 500, body: { code: 'broken-off', message, hint } };
  }
}

const dataFolder = () => process.env.GREFEL_DATA_DIR as string;

/** What a page asks. Each is asked again and again, so that an answer may say that it was heard before. */
const requests: Record<string, (api: Api, attempt: number) => Promise<Answer>> = {
  state: ({ get }) => get('/state'),
  opening: ({ send, folder }) => send('POST', '/project', { folder }),
  'a look into a folder': ({ send, folder }) => send('POST', '/inspections', { folder }),
  'folders to choose from': ({ get, folder }) => get(`/folders?path=${encodeURIComponent(folder)}`),
  'recent folders': ({ get }) => get('/recent'),
  preferences: ({ send }) => send('PUT', '/preferences', {}),
  'a new queue': ({ send }) => send('POST', '/queues', { filter: {}, order: 'suspicion' }),
  'an image and its history': ({ get }) => get('/samples/1'),
  'a picture': ({ request }, attempt) => asAnswer(request(`/samples/1/image?version=${attempt}`)),
  'a small picture': ({ request }, attempt) =>
    asAnswer(request(`/samples/1/thumbnail?side=${96 + attempt}&version=${attempt}`)),
  'similar images': ({ get }) => get('/samples/1/neighbours'),
  'a verdict': ({ send }, attempt) =>
    send('POST', '/verdicts', { sampleIds: [1], verdict: 'kept', requestId: `verdict-no-${attempt}` }),
  'verdicts that waited': ({ send }, attempt) =>
    send('POST', '/verdicts/waiting', {
      saves: [
        {
          kind: 'verdict',
          request: { sampleIds: [2], verdict: 'excluded', requestId: `waiting-no-${attempt}` },
        },
      ],
    }),
  undo: ({ send }, attempt) => send('POST', '/undo', { requestId: `undo-no-${attempt}` }),
  redo: ({ send }, attempt) => send('POST', '/redo', { requestId: `redo-no-${attempt}` }),
  'the place': ({ send }) => send('PUT', '/place', { request: { filter: { show: 'all' } }, sampleId: 1 }),
  'another annotator': ({ send }, attempt) => send('PUT', '/annotator', { name: `name ${attempt}` }),
  blindness: ({ send }) => send('PUT', '/blindness', { others: true, suggestion: false }),
  'a class mapping': ({ send }) => send('PUT', '/classes', { mapping: {} }),
  'a saved view': ({ send }) => send('PUT', '/views', { views: [] }),
  guidelines: ({ send }, attempt) =>
    send('PUT', '/guidelines/0/description', { description: `corners up ${attempt}` }),
  overview: ({ get }) => get('/overview'),
  threshold: ({ send }) => send('PUT', '/threshold', { flaggedAt: 0.6 }),
  'a random sample': ({ send }) => send('POST', '/audit', { size: 10 }),
  'export preview': ({ send }) => send('POST', '/export/preview', { format: 'csv', what: 'all' }),
  'an exported file': ({ request }) => asAnswer(request('/export/file?format=csv')),
  'a report': ({ request }) => asAnswer(request('/report.html?format=csv')),
  'an export of several files': ({ send }, attempt) =>
    send('POST', '/export/folder', {
      request: { format: 'imagefolder' },
      folder: join(dataFolder(), `export ${attempt}`),
    }),
  'export formats': ({ get }) => get('/export/formats'),
  team: ({ get }) => get('/team'),
  assignment: ({ send }) =>
    send('PUT', '/team/assignment', {
      plan: { annotators: ['ann', 'bob'], overlapPercent: 10, scope: 'all' },
    }),
  'decisions of others': ({ send }, attempt) =>
    send('POST', '/team/decisions', {
      files: [
        {
          name: 'bob.csv',
          text: `image,label_clean,status,annotator,decided_at\nhappy/1.png,sad,relabelled,bob,2026-01-03T00:00:${String(attempt % 60).padStart(2, '0')}Z\n`,
        },
      ],
    }),
  predictions: ({ send }) =>
    send('POST', '/predictions', { file: join(dataFolder(), 'predictions.csv'), skipUnknown: true }),
  map: ({ get }) => get('/map'),
  selection: ({ send }) => send('PUT', '/selection', { sampleIds: [1, 2] }),
};

function spread(last: number, count: number): number[] {
  const all = Array.from({ length: count }, (_, index) => 1 + Math.round((index * (last - 1)) / (count - 1)));
  return [...new Set(all)].filter((number) => number >= 1 && number <= last);
}

function injections(calls: readonly string[]): Injection[] {
  const ofSqlite = calls.filter((call) => call.startsWith('sqlite.')).length;
  const pick = (codes: readonly string[], last: number) =>
    spread(last, TRIED).map((at, index) => ({ at, code: codes[index % codes.length] as string }));
  return [...pick(SYSTEM_CODES, calls.length - ofSqlite), ...pick(SQLITE_CODES, ofSqlite)];
}

/** A look at a folder does without most of what it tries: previews, faces, framing, in an order that differs by run. */
const MOSTLY_OPTIONAL = new Set(['a look into a folder']);

/** More failures than this many are reported; of a few, all may be recovered from. */
function leastTold(name: string, tried: number): number {
  if (tried <= 8) return -1;
  return MOSTLY_OPTIONAL.has(name) ? 0 : tried / 4;
}

describe('a request of which a call to the disk fails', () => {
  it.each(Object.keys(requests))(
    '%s is answered with what failed and what to do, and the next one is answered',
    async (name) => {
      const api = await scannedApi();
      const ask = requests[name] as (api: Api, attempt: number) => Promise<Answer>;
      const roots = [api.folder, dataFolder()];
      writeFileSync(join(dataFolder(), 'predictions.csv'), PREDICTIONS);
      let attempt = 0;
      await ask(api, attempt++); // what is made once is made
      let usual: Answer | undefined;
      const calls = await withFailingStorage(roots, null, async () => {
        usual = await ask(api, attempt++);
      });
      expect(usual?.status, JSON.stringify(usual)).toBeLessThan(500);
      expect(usual?.status, JSON.stringify(usual)).not.toBe(400);
      expect(usual?.status, JSON.stringify(usual)).not.toBe(404);
      const tried = injections(calls);
      let told = 0;
      for (const injection of tried) {
        let answer: Answer = { status: 0, body: {} };
        const made = await withFailingStorage(roots, injection, async () => {
          answer = await ask(api, attempt++);
        });
        const what = `${name}: ${injection.code} at ${injection.at} (${made.at(-1)}): ${JSON.stringify(answer)}`;
        if (answer.status < 400) continue; // what failed was a convenience, or was tried again
        told++;
        expect(answer.body, what).toMatchObject({
          code: expect.stringMatching(/^(?!internal)/),
          message: expect.stringMatching(/^.{10,}/),
          hint: expect.stringMatching(/^.{5,}/),
        });
        expect(what).not.toMatch(/\n\s+at |SqliteError|ZodError|TypeError|unexpected|undefined/);
        expect(what).not.toMatch(/a file \(/); // which file it was
      }
      expect(told, `of ${tried.length} failures`).toBeGreaterThan(leastTold(name, tried.length));
      if (api.host.state().project === null) await api.send('POST', '/project', { folder: api.folder });
      const after = await api.send('POST', '/verdicts', {
        sampleIds: [3],
        verdict: 'kept',
        requestId: 'asked-after',
      });
      expect(after.status, JSON.stringify(after)).toBe(200);
    },
    120_000,
  );
});

describe('JSON that is nested a hundred thousand deep', () => {
  const nested = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
  const BODIES = [
    nested('[', ']'),
    nested('{"a":', '}').replace('}', '1}'),
    `{"sampleIds":${nested('[', ']')}}`,
  ];

  it.each(['/verdicts', '/classes', '/guidelines/file', '/team/decisions', '/project', '/inspections'])(
    'is refused by %s with a message, and the next request is answered',
    async (path) => {
      const api = await scannedApi();
      for (const body of BODIES) {
        const answer = await api.sendText(path === '/classes' ? 'PUT' : 'POST', path, body);
        expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request' } });
        expect(answer.body.message).toMatch(/^.{10,400}$/);
      }
      expect((await api.get('/state')).status).toBe(200);
    },
  );
});
