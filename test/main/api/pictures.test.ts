import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../src/protocol/api.ts';
import type { FolderInspection } from '../../../src/protocol/opening.ts';
import { clientOf, createHost, freshlyScannedApi, scannedApi } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { endlessTiff } from '../../support/hostileImages.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** The scanned small dataset with a file that keeps a decoder busy for ever. */
const withEndlessImage = () =>
  freshlyScannedApi(async (folder) => {
    await makeColourDataset(folder, SMALL_DATASET);
    writeFileSync(join(folder, 'happy/endless.tif'), endlessTiff());
  });

async function timed<Answer>(work: Answer | Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  const begun = performance.now();
  return { answer: await work, ms: performance.now() - begun };
}

describe('an image that a decoder never comes to the end of', () => {
  it('ends no scan, and keeps neither verdicts nor other pictures waiting', async () => {
    const { get, send, request } = await withEndlessImage();
    const { project } = (await get('/state')).body as AppState;
    expect(project?.counts).toMatchObject({ scanned: 12, unreadable: 1 });

    const ids = Array.from({ length: 13 }, (_, index) => index + 1);
    const details = await Promise.all(ids.map((id) => get(`/samples/${id}`)));
    const endless = ids[details.findIndex(({ body }) => body.image.includes('endless'))] as number;
    expect(details[endless - 1]?.body.problem).toContain('took too long');

    const hanging = timed(request(`/samples/${endless}/thumbnail`));
    const verdict = await timed(send('POST', '/verdicts', { sampleIds: [1], verdict: 'kept' }));
    expect(verdict.answer.status).toBe(200);
    expect(verdict.ms).toBeLessThan(1000);
    const { answer } = await hanging;
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('took too long') });
    // Asked for again, nobody waits for it again.
    expect((await timed(request(`/samples/${endless}/image`))).ms).toBeLessThan(1000);
    expect((await request(`/samples/1/thumbnail`)).status).toBe(200);
  });

  it('is named where a folder is looked at before it is opened', async () => {
    const folder = join(temporaryFolder(), 'faces');
    await makeColourDataset(folder, { 'happy/1.png': 'happiness', 'sad/1.png': 'sadness' });
    writeFileSync(join(folder, 'happy/endless.tif'), endlessTiff());
    const { send } = clientOf(createHost());
    const { previews } = (await send('POST', '/inspections', { folder })).body as FolderInspection;
    const problems = previews.map(({ problem }) => problem);
    expect(problems.filter((problem) => problem !== null)).toEqual(['it took too long to decode']);
  });
});

describe('thousands of thumbnails at once', () => {
  it('let a verdict pass, and are answered or given up', async () => {
    const { request, send } = await scannedApi();
    const sides = Array.from({ length: 3000 }, (_, index) => 16 + (index % 400));
    const pictures = sides.map((side, index) =>
      request(`/samples/${1 + (index % 12)}/thumbnail?side=${side}`),
    );
    const verdict = await timed(send('POST', '/verdicts', { sampleIds: [1], verdict: 'kept' }));
    expect(verdict.answer.status).toBe(200);
    const begun = performance.now();
    const statuses = (await Promise.all(pictures)).map(({ status }) => status);
    expect(verdict.ms).toBeLessThan(performance.now() - begun);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(1999);
  });
});

describe('a request', () => {
  it('of more than its route can use is refused', async () => {
    const { send } = clientOf(createHost());
    const note = 'x'.repeat(17 * 2 ** 20);
    const refused = await send('POST', '/verdicts', { sampleIds: [1], verdict: 'kept', note });
    expect(refused).toMatchObject({ status: 413, body: { code: 'bad-request' } });
  });
});
