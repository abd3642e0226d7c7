import { closeSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SampleDetail } from '../../../src/protocol/api.ts';
import { scannedApi } from '../../support/apiHost.ts';

/** Writes nonsense over everything behind the first page, as a failing disk might. */
function damage(file: string): void {
  const handle = openSync(file, 'r+');
  const nonsense = Buffer.alloc(statSync(file).size - 8192, 0xa5);
  writeSync(handle, nonsense, 0, nonsense.length, 8192);
  closeSync(handle);
}

describe('a damaged project file', () => {
  it('is reported with its backup, which brings the verdicts back', async () => {
    const api = await scannedApi();
    const file = api.host.workspace.opened.project.path;
    await api.send('POST', '/verdicts', { sampleIds: [1], verdict: 'excluded', note: 'not a face' });
    await api.host.close();
    damage(file);

    const refused = await api.send('POST', '/project', { folder: api.folder });
    expect(refused.body).toMatchObject({
      code: 'project-damaged',
      message: expect.stringContaining(file),
      hint: expect.stringContaining('backup'),
    });
    const opened = await api.send('POST', '/project', { folder: api.folder, restore: true });
    expect(opened.status).toBe(200);
    const { history } = (await api.get('/samples/1')).body as SampleDetail;
    expect(history).toMatchObject([{ verdict: 'excluded', note: 'not a face' }]);
    expect(readdirSync(dirname(file)).some((name) => name.includes('.damaged-'))).toBe(true);
  });

  it('without a backup is reported as such', async () => {
    const api = await scannedApi();
    const file = api.host.workspace.opened.project.path;
    await api.host.close();
    rmSync(`${file}.last-good`, { force: true });
    damage(file);
    const refused = await api.send('POST', '/project', { folder: api.folder });
    expect(refused.body).toMatchObject({ code: 'project-invalid', message: expect.stringContaining(file) });
    const restored = await api.send('POST', '/project', { folder: api.folder, restore: true });
    expect(restored.body).toMatchObject({ code: 'not-found' });
  });
});
