import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { AppState, ExportPreview, SampleDetail } from '../../../src/protocol/api.ts';
import type { MapState } from '../../../src/protocol/map.ts';
import type { Overview } from '../../../src/protocol/overview.ts';
import type { QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import type { AppliedDecisions, TeamState } from '../../../src/protocol/team.ts';
import { scannedApi } from '../../support/apiHost.ts';

type Api = Awaited<ReturnType<typeof scannedApi>>;

const teamOf = async (api: Api) => (await api.get('/team')).body as TeamState;
const stateOf = async (api: Api) => (await api.get('/state')).body as AppState;
const detailOf = async (api: Api, id: number) => (await api.get(`/samples/${id}`)).body as SampleDetail;
const annotate = (api: Api, name: string) => api.send('PUT', '/annotator', { name });
const decide = (api: Api, sampleIds: number[], body: object) =>
  api.send('POST', '/verdicts', { sampleIds, ...body });

async function itemsOf(api: Api, filter: object): Promise<QueueItem[]> {
  const { queueId } = (await api.send('POST', '/queues', { filter })).body as QueueSnapshot;
  return ((await api.get(`/queues/${queueId}/items?limit=100`)).body as { items: QueueItem[] }).items;
}

describe('the annotator’s name', () => {
  it('is a guess until someone says it, and is remembered for the next dataset', async () => {
    const api = await scannedApi();
    expect((await stateOf(api)).project).toMatchObject({ annotator: 'ann', annotatorKnown: false });
    await annotate(api, 'dora');
    expect((await stateOf(api)).project).toMatchObject({ annotator: 'dora', annotatorKnown: true });
    await api.host.close();
    await api.host.open(api.folder, { projectFile: `${api.folder}.sqlite` });
    expect((await stateOf(api)).project).toMatchObject({ annotator: 'dora', annotatorKnown: true });
  });
});

it.each(['two\nlines', 'escape\u001b[31m', 'turned\u202e'])(
  'a name that would steer a terminal is refused: %j',
  async (name) => {
    const api = await scannedApi();
    expect(await annotate(api, name)).toMatchObject({ status: 400 });
  },
);

describe('shares', () => {
  it('are each annotator’s queue, show progress, and can be undone', async () => {
    const api = await scannedApi();
    const plan = { annotators: ['ann', 'bob'], overlapPercent: 50, seed: 4 };
    const assigned = (await api.send('PUT', '/team/assignment', { plan })).body as TeamState;
    expect(assigned.assignment).toMatchObject({
      images: 12,
      shared: 6,
      shares: [{ images: 9 }, { images: 9 }],
    });
    const ofAnn = (await itemsOf(api, { show: 'share' })).map(({ id }) => id);
    await annotate(api, 'bob');
    const ofBob = (await itemsOf(api, { show: 'share' })).map(({ id }) => id);
    expect(ofAnn.filter((id) => ofBob.includes(id))).toHaveLength(6);
    expect(new Set([...ofAnn, ...ofBob]).size).toBe(12);

    await decide(api, ofBob.slice(0, 2), { verdict: 'kept' });
    expect((await teamOf(api)).assignment?.shares).toMatchObject([{ reviewed: 0 }, { reviewed: 2 }]);
    await api.send('PUT', '/team/assignment', { plan: null });
    expect((await teamOf(api)).assignment).toBeNull();
    expect(await itemsOf(api, { show: 'share' })).toEqual([]);
  });

  it('want two different names', async () => {
    const api = await scannedApi();
    const plan = { annotators: ['ann', 'ann'] };
    expect((await api.send('PUT', '/team/assignment', { plan })).status).toBe(400);
  });
});

describe('a round', () => {
  it('mixes the queue, a random sample and images asked again, and reveals nothing about which is which', async () => {
    const api = await scannedApi();
    await annotate(api, 'ann');
    const all = (await itemsOf(api, { show: 'all' })).map(({ id }) => id);
    const decidedBefore = all.slice(-4);
    await decide(api, decidedBefore, { verdict: 'kept' });
    const round = { fromQueue: 10, atRandom: 4, repeatPercent: 50 };
    const begun = (await api.send('PUT', '/team/round', { round })).body as TeamState;
    const items = await itemsOf(api, { show: 'round' });
    expect(begun.round).toEqual({ images: items.length, reviewed: 0 });
    const repeats = items.filter(({ id }) => decidedBefore.includes(id));
    expect(repeats).toHaveLength(2);
    for (const item of items) {
      expect(item).toMatchObject({ suggested: null, score: null, status: 'unreviewed' });
      expect(await detailOf(api, item.id)).toMatchObject({
        prediction: null,
        history: [],
        status: 'unreviewed',
      });
    }
    expect(await itemsOf(api, { show: 'audit' })).toEqual([]);
    const overview = (await api.get('/overview')).body as Overview;
    expect(overview).toMatchObject({ audit: null, advice: 'nothing' });
    expect(overview.corrected.flat().every((count) => count === 0)).toBe(true);
  });

  it('keeps the first verdict, measures how far the answers repeat, and gives the estimate at its end', async () => {
    const api = await scannedApi();
    await annotate(api, 'ann');
    await decide(api, [1, 2, 3, 4], { verdict: 'kept' });
    await api.send('PUT', '/team/round', { round: { fromQueue: 0, atRandom: 8, repeatPercent: 100 } });
    const { project } = api.host.workspace.opened;
    await decide(api, [1], { verdict: 'excluded' });
    await decide(api, [2, 3, 4], { verdict: 'kept' });
    expect(await detailOf(api, 1)).toMatchObject({ status: 'excluded', history: [{ role: 'repeat' }] });
    expect(project.samples.byId(1)?.currentVerdict).toBe('kept');
    await api.send('POST', '/undo', {});
    expect(await detailOf(api, 2)).toMatchObject({ status: 'unreviewed' });
    await api.send('POST', '/redo', {});
    const open = (await itemsOf(api, { show: 'round', statuses: ['unreviewed'] })).map(({ id }) => id);
    await decide(api, open, { verdict: 'kept' });
    expect(await teamOf(api)).toMatchObject({ round: { images: 12, reviewed: 12 }, askedAgain: 0, self: [] });

    const ended = (await api.send('PUT', '/team/round', { round: null })).body as TeamState;
    expect(ended).toMatchObject({ round: null, askedAgain: 4, self: [{ annotator: 'ann', images: 4 }] });
    expect(ended.self[0]?.observed).toBe(3 / 4);
    expect(await detailOf(api, 1)).toMatchObject({ status: 'kept', prediction: { flagged: false } });
    const overview = (await api.get('/overview')).body as Overview;
    expect(overview.audit).toMatchObject({ samples: 1, size: 8, reviewed: 8, counted: 8 });
  });

  it('keeps every decision on its images out of what its annotator exports, until it ends', async () => {
    const api = await scannedApi();
    await annotate(api, 'bob');
    await decide(api, [5], { verdict: 'excluded' });
    await decide(api, [6], { verdict: 'excluded' });
    await annotate(api, 'ann');
    await decide(api, [1, 2, 3, 4], { verdict: 'relabelled', label: 2 });
    await api.send('PUT', '/team/round', { round: { fromQueue: 0, atRandom: 6, repeatPercent: 50 } });
    const ofRound = (await itemsOf(api, { show: 'round' })).map(({ id }) => id);
    await decide(api, ofRound.slice(0, 6), { verdict: 'ambiguous' });
    const { samples } = api.host.workspace.opened.project;
    const inRound = ofRound.map((id) => samples.byId(id)?.image ?? '');
    const outside = [1, 2, 3, 4, 5, 6].filter((id) => !ofRound.includes(id));

    for (const others of [false, true]) {
      await api.send('PUT', '/blindness', { others, suggestion: false });
      const shown = outside.filter((id) => !others || id < 5);
      const csv = parse(await (await api.request('/export/file?format=csv')).text(), { columns: true });
      const told = (csv as Record<string, string>[]).filter(({ status }) => status !== 'unreviewed');
      expect(told.map(({ image }) => image).toSorted()).toEqual(
        shown.map((id) => samples.byId(id)?.image).toSorted(),
      );
      for (const row of csv as Record<string, string>[]) {
        expect([row.flag_score, row.label_primary]).toEqual(['', '']);
        if (inRound.includes(row.image as string))
          expect([row.label_clean, row.votes, row.annotator]).toEqual([row.label_given, '', '']);
      }
      const { statuses } = (await api.send('POST', '/export/preview', {})).body as ExportPreview;
      expect(statuses.unreviewed).toBe(12 - shown.length);
      const votes = parse(await (await api.request('/export/file?format=fer-plus')).text(), {
        columns: true,
      });
      for (const row of votes as Record<string, string>[]) {
        if (inRound.includes(row['Image name'] as string)) expect(row.unknown).toBe('0');
      }
      const report = await (await api.request('/report.html')).text();
      expect(report).toContain('no decisions on the images of an open blind round');
      expect(report).not.toContain('ann, repeated');
    }
    await api.send('PUT', '/team/round', { round: null });
    const csv = await (await api.request('/export/file?format=csv&what=reviewed')).text();
    expect(parse(csv, { columns: true }).length).toBeGreaterThan(ofRound.length / 2);
  });

  it('keeps its images out of the agreement that its annotator sees, until it ends', async () => {
    const api = await scannedApi();
    await annotate(api, 'bob');
    await decide(api, [1, 2, 3, 4, 5, 6], { verdict: 'excluded' });
    await annotate(api, 'ann');
    await api.send('PUT', '/blindness', { others: true, suggestion: false });
    await decide(api, [1, 2, 3, 4, 5, 6], { verdict: 'ambiguous' });
    await api.send('PUT', '/blindness', { others: false, suggestion: false });
    expect((await teamOf(api)).agreement?.differ).toBe(6);
    await api.send('PUT', '/team/round', { round: { fromQueue: 0, atRandom: 4, repeatPercent: 50 } });
    const ofRound = new Set((await itemsOf(api, { show: 'round' })).map(({ id }) => id));
    const asked = [1, 2, 3, 4, 5, 6].filter((id) => ofRound.has(id)).length;
    expect(asked).toBeGreaterThan(0);
    expect((await teamOf(api)).agreement?.differ).toBe(6 - asked);
    expect(await itemsOf(api, { show: 'disagreements' })).toHaveLength(6 - asked);
    await api.send('PUT', '/team/round', { round: null });
    expect((await teamOf(api)).agreement?.differ).toBe(6);
  });

  it('leaves the samples of others and of the overview as they are: all of them count', async () => {
    const api = await scannedApi();
    await annotate(api, 'ann');
    await api.send('POST', '/audit', { size: 10 });
    const ofOverview = (await itemsOf(api, { show: 'audit' })).map(({ id }) => id);
    await decide(api, ofOverview.slice(0, 3), { verdict: 'kept' });
    const round = { fromQueue: 0, atRandom: 3, repeatPercent: 0 };
    await api.send('PUT', '/team/round', { round });
    const ofAnn = (await itemsOf(api, { show: 'round' })).map(({ id }) => id);
    await decide(api, ofAnn, { verdict: 'kept' });
    await annotate(api, 'bob');
    await api.send('PUT', '/team/round', { round: { ...round, atRandom: 2 } });
    const ofBob = (await itemsOf(api, { show: 'round' })).map(({ id }) => id);
    expect(ofBob.filter((id) => ofAnn.includes(id))).toEqual([]);
    await api.send('PUT', '/team/round', { round: null });

    const images = new Set([...ofOverview, ...ofAnn, ...ofBob]);
    const { audit } = (await api.get('/overview')).body as Overview;
    expect(audit).toMatchObject({ samples: 3, size: images.size });
    expect(audit?.counted).toBeGreaterThanOrEqual(6);
    expect(new Set((await itemsOf(api, { show: 'audit' })).map(({ id }) => id))).toEqual(images);

    // A new sample for the Overview replaces only the unreviewed part of its own.
    await api.send('POST', '/audit', { size: 10 });
    expect(api.host.workspace.opened.project.audits.all()).toMatchObject([
      { roundOf: null, sampleIds: expect.arrayContaining(ofOverview.slice(0, 3)) },
      { roundOf: 'ann', sampleIds: { length: 3 } },
      { roundOf: 'bob', sampleIds: { length: 2 } },
      { roundOf: null },
    ]);
  });

  it('needs an image, and lasts beyond a restart', async () => {
    const api = await scannedApi();
    const nothing = { fromQueue: 0, atRandom: 0, repeatPercent: 0 };
    expect((await api.send('PUT', '/team/round', { round: nothing })).status).toBe(400);
    await api.send('PUT', '/team/round', { round: { ...nothing, atRandom: 5 } });
    const before = (await itemsOf(api, { show: 'round' })).map(({ id }) => id);
    await api.host.close();
    await api.host.open(api.folder);
    expect((await itemsOf(api, { show: 'round' })).map(({ id }) => id)).toEqual(before);
    expect((await stateOf(api)).project?.hidden).toEqual({ others: false, suggestion: true });
  });
});

describe('a blind annotator', () => {
  it('sees nothing of others or of GReFEL on any screen', async () => {
    const api = await scannedApi();
    await decide(api, [1, 2], { verdict: 'excluded', note: 'no face' });
    await annotate(api, 'bob');
    await decide(api, [1], { verdict: 'kept' });
    await api.send('PUT', '/blindness', { others: true, suggestion: true });

    const { queueId, facets } = (await api.send('POST', '/queues', { filter: { show: 'all' } }))
      .body as QueueSnapshot;
    expect(facets.show).toMatchObject({ flagged: 0, disagreements: 0, outlier: 0, ambiguous: 0 });
    expect(facets.suggested.every((count) => count === 0)).toBe(true);
    expect(facets.confidenceHistogram.every((count) => count === 0)).toBe(true);
    const { items } = (await api.get(`/queues/${queueId}/items`)).body as { items: QueueItem[] };
    expect(items.every(({ score, suggested }) => score === null && suggested === null)).toBe(true);
    expect(items.filter(({ status }) => status !== 'unreviewed').map(({ id }) => id)).toEqual([1]);
    expect((await detailOf(api, 2)).history).toEqual([]);
    expect((await api.get('/samples/2/neighbours?count=5')).body).toMatchObject({
      neighbours: [],
      reviewed: [],
    });

    const overview = (await api.get('/overview')).body as Overview;
    expect(overview.confidence.primary.bins.every((count) => count === 0)).toBe(true);
    expect(overview.classes.map(({ wrong }) => wrong)).toEqual([0, 0, 0]);
    for (const { flagged, afterVerdicts, afterSuggestions } of overview.classes) {
      expect({ flagged, afterSuggestions }).toEqual({ flagged: 0, afterSuggestions: afterVerdicts });
    }
    expect(overview.suggested.flat().every((count) => count === 0)).toBe(true);
    expect(((await api.get('/map')).body as MapState).info).toBeNull();
    expect((await teamOf(api)).agreement).toBeNull();

    const { body } = await api.send('POST', '/export/preview', {});
    const { columns, rows, statuses, unreviewedFlags } = body as ExportPreview;
    const cell = (row: number, name: string) => rows[row]?.[columns.indexOf(name)];
    expect({ statuses, unreviewedFlags }).toMatchObject({
      statuses: { kept: 1, excluded: 0, unreviewed: 11 },
      unreviewedFlags: 0,
    });
    expect([cell(0, 'annotator'), cell(0, 'votes'), cell(0, 'label_corrected')]).toEqual([
      'bob',
      'bob=angry',
      '',
    ]);
    const report = await (await api.request('/report.html')).text();
    expect(report).toContain('only the decisions of bob and no predictions');
    expect(report).not.toMatch(/no face|Agreement between annotators/);

    await api.send('PUT', '/blindness', { others: false, suggestion: false });
    const seen = (await api.send('POST', '/queues', { filter: { show: 'all' } })).body as QueueSnapshot;
    expect(seen.facets.show).toMatchObject({ flagged: 2, disagreements: 1 });
    expect(seen.facets.confidenceHistogram.reduce((sum, count) => sum + count)).toBe(12);
  });
});

describe('decision files imported on the Team screen', () => {
  const file = (name: string, ...rows: string[]) => ({
    name,
    text: ['image,label_clean,status,annotator,decided_at', ...rows].join('\n'),
  });

  it('add their votes once, and agreement is in the report', async () => {
    const api = await scannedApi();
    const files = [
      file('ann.csv', 'sad/1.png,sad,kept,ann,2026-01-01T10:00:00Z', 'sad/2.png,,excluded,ann,'),
      file('bob.csv', 'sad/1.png,sad,relabelled,bob,2026-01-01T10:00:00Z', 'sad/2.png,sad,kept,bob,'),
    ];
    const { body } = await api.send('POST', '/team/decisions', { files });
    const { applied, state } = body as { applied: AppliedDecisions; state: TeamState };
    expect(applied).toMatchObject({ applied: 4, annotators: ['ann', 'bob'], unknownImages: [] });
    expect(state.agreement).toMatchObject({
      pairs: [{ annotators: ['ann', 'bob'], images: 2, observed: 0.5 }],
      differ: 1,
      open: 1,
      disagreements: [{ image: 'sad/2.png' }],
    });
    const report = await (await api.request('/report.html')).text();
    expect(report).toMatch(/Agreement between annotators[\s\S]*ann and bob[\s\S]*50\.0 %/);
    expect(report).toContain('Annotators differ on 1 image; 0 of them were adjudicated');
  });

  it('are refused whole where one of them is wrong, with its name and line', async () => {
    const api = await scannedApi();
    const files = [file('ann.csv', 'sad/1.png,sad,kept,ann,'), file('odd.csv', 'sad/1.png,sad,perhaps,bob,')];
    expect(await api.send('POST', '/team/decisions', { files })).toMatchObject({
      status: 422,
      body: { message: 'odd.csv line 2: "perhaps" is not a status' },
    });
    expect((await teamOf(api)).agreement?.annotators).toEqual([]);
  });
});
