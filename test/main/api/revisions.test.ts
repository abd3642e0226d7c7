import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectChange, StateAnswer, VerdictAnswer } from '../../../src/protocol/api.ts';
import type { Revision } from '../../../src/protocol/revision.ts';
import { createHost, scannedApi } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

describe('the revisions of the core’s statements', () => {
  it('say which answer or event is newer', async () => {
    const api = await scannedApi();
    const seen: Revision[] = [];
    api.host.on('verdicts', (_, revision) => seen.push(revision));
    api.host.on('change', (_, revision) => seen.push(revision));
    const before = (await api.get('/state')).body as StateAnswer;
    const verdict = { sampleIds: [1], verdict: 'kept' };
    const answer = (await api.send('POST', '/verdicts', verdict)).body as VerdictAnswer;
    const after = (await api.get('/state')).body as StateAnswer;
    const revisions = [before.revision, ...seen, answer.revision, after.revision];
    expect(seen.length).toBeGreaterThan(0);
    for (const [index, revision] of revisions.entries()) {
      expect(revision).toMatchObject({ core: before.revision.core, opening: before.revision.opening });
      if (index > 0) expect(revision.number).toBeGreaterThan(revisions[index - 1]?.number ?? 0);
    }
  });

  it('come with the same change in the event for every window and in the answer to the one that made it', async () => {
    const api = await scannedApi();
    const told: ProjectChange[] = [];
    api.host.on('change', (change) => told.push(change));
    const requests: ['POST' | 'PUT', string, object][] = [
      ['POST', '/verdicts', { sampleIds: [1], verdict: 'kept' }],
      ['POST', '/undo', {}],
      ['POST', '/redo', {}],
      ['PUT', '/threshold', { flaggedAt: 0.7 }],
    ];
    for (const [method, path, body] of requests) {
      const answer = (await api.send(method, path, body)).body as ProjectChange;
      expect(answer).toMatchObject(told.at(-1) as ProjectChange);
    }
    expect(told.map(({ canUndo, canRedo }) => [canUndo, canRedo])).toEqual([
      [true, false],
      [false, true],
      [true, false],
      [true, false],
    ]);
    expect(told.map(({ counts }) => counts.reviewed)).toEqual([1, 0, 1, 1]);
    expect(told.at(-1)?.flaggedAt).toBe(0.7);
  });

  it('distinguish one opening of a folder from the next, and say nothing about the closed one', async () => {
    const host = createHost();
    const [first, second] = [join(temporaryFolder(), 'first'), join(temporaryFolder(), 'second')];
    for (const folder of [first, second]) await makeColourDataset(folder, SMALL_DATASET);
    await host.open(first);
    const openings = new Set([host.state().revision.opening]);
    // Its scan is stopped by the next folder, and reports that while that one is open.
    await host.startScan();
    const closing = once(host.workspace, 'job');
    const told: (string | null)[] = [];
    host.on('job', (_, { opening }) => told.push(opening));
    await host.open(second, { stopJob: true });
    await closing;
    openings.add(host.state().revision.opening);
    expect(openings.size).toBe(2);
    expect(host.state().job).toBeNull();
    const secondOpening = [...openings][1] as string;
    expect(told).not.toContain(secondOpening);
  });
});
