import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scannedApi } from '../../support/apiHost.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

describe('the export over HTTP', () => {
  it('offers the formats, with why one cannot be had', async () => {
    const { get } = await scannedApi();
    const { body } = await get('/export/formats');
    expect(body.map(({ id }: { id: string }) => id).slice(0, 2)).toEqual(['csv', 'source']);
    expect(body.every(({ refusal }: { refusal: string | null }) => refusal === null)).toBe(true);
  });

  it('streams a file in the format asked for', async () => {
    const { request } = await scannedApi();
    const answer = await request('/export/file?format=jsonl&what=all');
    expect(answer.headers.get('content-disposition')).toContain('faces-cleaned.jsonl');
    const [line = ''] = (await answer.text()).split('\n');
    expect(JSON.parse(line)).toMatchObject({ image: 'angry/1.png', label_clean: 'angry' });
  });

  it('writes several files to a new folder, and never into the dataset', async () => {
    const { send, get, folder } = await scannedApi();
    const out = join(temporaryFolder(), 'out');
    const asked = { request: { format: 'source' }, folder: out };
    expect(await send('POST', '/export/folder', asked)).toMatchObject({ status: 200, body: { files: 12 } });
    expect(readdirSync(out)).toEqual(['angry', 'happy', 'sad']);
    const again = await send('POST', '/export/folder', asked);
    expect(again.body.message).toContain('not empty');
    const inside = await send('POST', '/export/folder', { ...asked, folder: join(folder, 'new') });
    expect(inside.body).toMatchObject({ code: 'output-refused' });
    for (const elsewhere of ['/nobody-chose-this/out', '../../out', '/']) {
      const refused = await send('POST', '/export/folder', { ...asked, folder: elsewhere });
      expect(refused.body).toMatchObject({
        code: 'output-refused',
        message: expect.stringContaining('was not chosen'),
      });
    }
    expect((await get('/export/file?format=tree')).body.message).toBe('this format has several files');
  });
});
