import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { AppState } from '../../../src/protocol/api.ts';
import { scannedApi } from '../../support/apiHost.ts';

/** A scanned dataset with one decision that is saved. */
async function reviewedApi() {
  const api = await scannedApi();
  const file = api.host.workspace.opened.project.path;
  const decide = (sampleId: number) =>
    api.send('POST', '/verdicts', {
      sampleIds: [sampleId],
      verdict: 'kept',
      requestId: `request-${sampleId}`,
    });
  expect((await decide(1)).status).toBe(200);
  return { ...api, file, decide };
}

const decided = (file: string): number[] => {
  const database = new Database(file, { readonly: true });
  const ids = database.prepare('SELECT sample_id FROM verdicts ORDER BY id').pluck().all() as number[];
  database.close();
  return ids;
};

describe('a project file that goes away while it is open', () => {
  it('moved: no decision is acknowledged until it is back, then all are saved once', async () => {
    const { file, decide, send, get } = await reviewedApi();
    renameSync(file, `${file}.moved`);
    const refused = { status: 409, body: { code: 'project-moved', message: expect.stringContaining(file) } };
    expect(await decide(2)).toMatchObject(refused);
    expect(await decide(2)).toMatchObject(refused); // asked again: still not saved
    expect(await decide(1)).toMatchObject(refused); // saved, but in a file that is not there
    expect(await send('POST', '/undo')).toMatchObject(refused);
    expect(await send('PUT', '/guidelines/0/description', { description: 'corners up' })).toMatchObject(
      refused,
    );
    renameSync(`${file}.moved`, file);
    expect((await decide(2)).status).toBe(200);
    expect((await decide(1)).status).toBe(200);
    expect(decided(file)).toEqual([1, 2]);
    expect(((await get('/state')).body as AppState).project?.counts.reviewed).toBe(2);
  });

  it('deleted: it is said, and what was decided comes back from the backup', async () => {
    const { file, folder, host, decide, send, get } = await reviewedApi();
    rmSync(file);
    expect(await decide(2)).toMatchObject({
      status: 409,
      body: {
        message: expect.stringContaining('was moved or deleted'),
        hint: expect.not.stringContaining('  '),
      },
    });
    await expect.poll(() => existsSync(`${file}.last-good`)).toBe(true);
    await host.close();
    expect(await send('POST', '/project', { folder })).toMatchObject({ body: { code: 'project-damaged' } });
    expect((await send('POST', '/project', { folder, restore: true })).status).toBe(200);
    expect(decided(file)).toEqual([1]);
    expect(((await get('/state')).body as AppState).project?.counts.reviewed).toBe(1);
  });

  it('replaced by a copy of itself: the copy is not taken for it', async () => {
    const { file, decide } = await reviewedApi();
    copyFileSync(file, `${file}.copy`);
    renameSync(`${file}.copy`, file);
    expect(await decide(2)).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('was replaced') },
    });
  });
});
