import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppState, ProjectSummary } from '../../../src/protocol/api.ts';
import { api } from '../../../src/renderer/client/api.ts';
import { openedDataset } from '../../../src/renderer/client/openedDataset.svelte.ts';
import { openingApi } from '../../../src/renderer/client/openingApi.ts';
import { sendPredictions } from '../../../src/renderer/client/predictionsApi.ts';
import { teamApi } from '../../../src/renderer/client/teamApi.ts';
import { SavedViews } from '../../../src/renderer/review/filters/savedViews.svelte.ts';
import { GuidelineEditor } from '../../../src/renderer/review/guidelines/guidelines.svelte.ts';
import { Session } from '../../../src/renderer/shell/session.svelte.ts';
import { TeamView } from '../../../src/renderer/team/team.svelte.ts';

interface Sent {
  method: string;
  address: string;
  body: unknown;
  answer(body: unknown, status?: number): void;
}

/** Requests of the page, each of which the test answers. */
let sent: Sent[] = [];
const stored = new Map<string, string>();

beforeEach(() => {
  sent = [];
  stored.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
  vi.stubGlobal('fetch', (address: string, { method = 'GET', body }: RequestInit = {}) => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const answer = (answered: unknown, status = 200) => resolve(Response.json(answered, { status }));
    sent.push({ method, address, body: body && JSON.parse(String(body)), answer });
    return promise;
  });
});
afterEach(() => vi.unstubAllGlobals());

const writes = () => sent.filter(({ method }) => method !== 'GET');
const nextRequest = async (method: string, path: string): Promise<Sent> =>
  vi.waitFor(() => {
    const found = sent.findLast(({ method: other, address }) => other === method && address === path);
    if (found === undefined) throw new Error(`no ${method} ${path}`);
    return found;
  });

const nothing = () => {};
let number = 0;

function session() {
  const made = new Session({
    onDataset: nothing,
    onProject: nothing,
    onCounts: nothing,
    onFitted: nothing,
    onVerdicts: nothing,
    onJobEnded: nothing,
    onReconnect: nothing,
  });
  const open = (id: string) =>
    made.takeState({
      project: { id, flaggedAt: 0.5, classes: [] as unknown } as ProjectSummary,
      job: null,
      revision: { core: 'core', opening: id, number: ++number },
    } as AppState & { revision: { core: string; opening: string; number: number } });
  return { session: made, open };
}

describe('a change that the page sends', () => {
  it.each(
    Object.entries({ ...api, ...teamApi, ...openingApi, sendPredictions }).map(([name, send]) => ({
      name,
      send,
    })),
  )('names the dataset on the screen: $name', async ({ name, send }) => {
    openedDataset.use('shown', false);
    // The first argument of those that save decisions is the opening; no other looks at it.
    void (send as (...words: unknown[]) => Promise<unknown>)('shown', [], {}).catch(nothing);
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    const ofNone = ['forget', 'inspect', 'openProject', 'savePreferences'];
    const named = writes().every(({ address }) => address.startsWith('/api/datasets/shown/'));
    expect(named).toBe(!ofNone.includes(name));
  });
});

describe('a choice made in one dataset, while another is being opened', () => {
  it('of the threshold is not sent to the other, whose own is', async () => {
    const { session: page, open } = session();
    open('first');
    const chosen = page.setThreshold(0.7);
    const later = page.setThreshold(0.8);
    open('second');
    const own = page.setThreshold(0.3);
    (await nextRequest('PUT', '/api/datasets/first/threshold')).answer(
      { code: 'dataset-changed', message: '' },
      409,
    );
    await Promise.all([chosen, later]);
    expect(page.project?.flaggedAt).toBe(0.3);
    const request = await nextRequest('PUT', '/api/datasets/second/threshold');
    expect(request.body).toEqual({ flaggedAt: 0.3 });
    request.answer({ flaggedAt: 0.3, revision: { core: 'core', opening: 'second', number: ++number } });
    await own;
    expect(page.project?.flaggedAt).toBe(0.3);
    expect(writes().map(({ body }) => body)).toEqual([{ flaggedAt: 0.7 }, { flaggedAt: 0.3 }]);
  });

  it('of a saved view is not saved in the other', async () => {
    openedDataset.use('first', false);
    const views = new SavedViews();
    const saved = views.save({ name: 'mine', request: {}, view: 'single' } as never);
    openedDataset.use('second', false);
    views.forgetAll();
    (await nextRequest('GET', '/api/datasets/first/views')).answer({ views: [] });
    const failed = expect(saved).rejects.toMatchObject({ code: 'dataset-changed' });
    void nextRequest('GET', '/api/datasets/second/views').then(
      ({ answer }) => answer({ views: [] }),
      nothing,
    );
    await failed;
    expect(writes()).toEqual([]);
  });

  it.each([
    ['decisions', (file: File) => new TeamView().applyFiles([file])],
    ['guidelines', (file: File) => new GuidelineEditor().import(file)],
  ])('of a file of %s is not imported into the other', async (_what, take) => {
    openedDataset.use('first', false);
    const read = Promise.withResolvers<void>();
    const file = new File(['{"format":"grefel-guidelines","version":1,"classes":{}}'], 'mine.json');
    const slow = Object.assign(file, {
      text: () => read.promise.then(() => Blob.prototype.text.call(file)),
      arrayBuffer: () => read.promise.then(() => Blob.prototype.arrayBuffer.call(file)),
    });
    const taken = take(slow);
    openedDataset.use('second', false);
    read.resolve();
    expect(await taken).toBeFalsy();
    expect(writes()).toEqual([]);
  });
});

describe('guideline text that was not saved before another dataset was opened', () => {
  const dataset = (id: string, ...names: string[]) => ({
    id,
    classes: names.map((name, index) => ({ index, name })),
  });
  const described = (...descriptions: string[]) => ({
    guidelines: descriptions.map((description, label) => ({
      label,
      description,
      exemplars: [],
      missing: [],
    })),
  });

  async function open(
    guidelines: GuidelineEditor,
    shown: ReturnType<typeof dataset>,
    ...descriptions: string[]
  ) {
    openedDataset.use(shown.id, false);
    guidelines.forget();
    const begun = guidelines.begin(shown);
    (await nextRequest('GET', `/api/datasets/${shown.id}/guidelines`)).answer(described(...descriptions));
    await begun;
  }

  it('is offered in its own dataset and class, in this page and the next, and in no other', async () => {
    const [first, second] = [dataset('first', 'happy', 'sad'), dataset('second', 'happy', 'sad')];
    const guidelines = new GuidelineEditor();
    const otherWindow = new GuidelineEditor();
    for (const page of [guidelines, otherWindow]) await open(page, first, '', 'Corners down.');
    guidelines.edit(1);
    guidelines.write(1, 'Corners down, brows up.');
    for (const page of [guidelines, otherWindow]) {
      await open(page, second, '', '');
      expect([page.draftOf(0), page.draftOf(1)]).toEqual([null, null]);
    }
    guidelines.leave();
    expect(writes()).toEqual([]);

    const renumbered = dataset('first', 'sad', 'happy');
    for (const page of [guidelines, new GuidelineEditor()]) {
      await open(page, renumbered, 'Corners down.', '');
      expect([page.draftOf(0), page.draftOf(1)]).toEqual(['Corners down, brows up.', null]);
      expect(page.open).toBe(true);
    }
    const saved = guidelines.finish(0);
    (await nextRequest('PUT', '/api/datasets/first/guidelines/0/description')).answer(
      described('Corners down, brows up.', ''),
    );
    await saved;
    await open(guidelines, renumbered, 'Corners down, brows up.', '');
    expect(guidelines.draftOf(0)).toBeNull();
    expect(guidelines.failure).toBeNull();
  });

  it('is kept also where its save was on the way', async () => {
    const guidelines = new GuidelineEditor();
    await open(guidelines, dataset('first', 'happy'), '');
    guidelines.write(0, 'Cheeks up.');
    const saved = guidelines.saveDrafts();
    const request = await nextRequest('PUT', '/api/datasets/first/guidelines/0/description');
    await open(guidelines, dataset('second', 'happy'), '');
    request.answer({ code: 'dataset-changed', message: '' }, 409);
    await saved;
    expect(guidelines.failure).toBeNull();
    await open(guidelines, dataset('first', 'happy'), '');
    expect(guidelines.draftOf(0)).toBe('Cheeks up.');
    await guidelines.cancel(0);
    await open(guidelines, dataset('first', 'happy'), '');
    expect(guidelines.draftOf(0)).toBeNull();
  });
});
