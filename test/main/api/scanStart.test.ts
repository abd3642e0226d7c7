import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../src/protocol/api.ts';
import { clientOf, createHost, scanEnd } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../../support/colourDataset.ts';
import { SQLITE_CODES, SYSTEM_CODES, withFailingStorage } from '../../support/failingStorage.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Calls of each kind that fail, spread over those of a start. */
const TRIED = 9;

describe('the start of a scan of which a call to the disk fails', () => {
  it('says what failed and what to do, keeps what was decided, and the next start reads every image', async () => {
    const host = createHost();
    const folder = join(temporaryFolder(), 'faces');
    await makeColourDataset(folder, SMALL_DATASET);
    await host.open(folder);
    const { get, send } = clientOf(host);
    await send('PUT', '/annotator', { name: 'ann' });
    await send('POST', '/verdicts', { sampleIds: [1], verdict: 'excluded' });
    const roots = [folder, TINY_MODELS, process.env.GREFEL_DATA_DIR as string];
    const settled = () => expect.poll(() => host.workspace.runningJob).toBeNull();
    const start = async () => {
      const answer = await send('POST', '/scan', { action: 'start' });
      await send('POST', '/scan', { action: 'cancel' }).catch(() => undefined);
      await settled();
      return answer;
    };
    const calls = await withFailingStorage(roots, null, start);
    const ofSqlite = calls.filter((call) => call.startsWith('sqlite.')).length;
    let told = 0;
    for (const [codes, last] of [
      [SYSTEM_CODES, calls.length - ofSqlite],
      [SQLITE_CODES, ofSqlite],
    ] as const) {
      for (const [index, code] of codes.entries()) {
        const at = 1 + Math.round((index * (last - 1)) / (TRIED - 1));
        let answer = { status: 0, body: {} as Record<string, unknown> };
        const made = await withFailingStorage(roots, { at, code }, async () => {
          answer = await start();
        });
        const { job } = (await get('/state')).body as AppState;
        const error = answer.status >= 400 ? answer.body : job?.error;
        if (error == null) continue; // what failed was a convenience, or was tried again
        told++;
        const what = `${code} at ${at} (${made[at - 1]}): ${JSON.stringify(error)}`;
        expect(error, what).toMatchObject({
          code: expect.stringMatching(/^(?!internal)/),
          message: expect.stringMatching(/^.{10,}/),
          hint: expect.stringMatching(/^.{5,}/),
        });
        expect(what).not.toMatch(/\n\s+at |SqliteError|ZodError|TypeError|unexpected|undefined/);
      }
    }
    expect(told).toBeGreaterThan(TRIED);
    const done = scanEnd(host);
    expect((await send('POST', '/scan', { action: 'start' })).status).toBe(200);
    await done;
    const { project } = (await get('/state')).body as AppState;
    expect(project?.counts).toMatchObject({ scanned: 12, pending: 0, reviewed: 1 });
  });
});
