import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobProgress } from '../../../src/protocol/api.ts';
import { clientOf, createHost } from '../../support/apiHost.ts';
import { type ColourName, makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const MANY = Object.fromEntries(
  Array.from({ length: 2000 }, (_, image) => [`happy/${image}.png`, 'happiness']),
) as Record<string, ColourName>;

async function scanning() {
  const host = createHost();
  const [first, second] = [join(temporaryFolder(), 'first'), join(temporaryFolder(), 'second')];
  await makeColourDataset(first, MANY);
  await makeColourDataset(second, SMALL_DATASET);
  await host.open(first);
  return { host, first, second, ...clientOf(host) };
}

describe('opening another folder during a scan', () => {
  it('is refused with what it would stop, and stops that once it is confirmed', async () => {
    const { host, first, second, send } = await scanning();
    await send('POST', '/scan', { action: 'start' });
    const refused = await send('POST', '/project', { folder: second });
    expect(refused).toMatchObject({ status: 409, body: { code: 'job-running' } });
    expect((refused.body as { message: string }).message).toMatch(/^a scan of first is running, \d+ % done$/);
    expect(host.folder).toBe(first);
    await send('POST', '/scan', { action: 'pause' });
    expect((await send('POST', '/project', { folder: second })).status).toBe(409);
    expect((await send('POST', '/project', { folder: first, relist: true })).status).toBe(409);
    expect((await send('POST', '/project', { folder: first })).status).toBe(200); // nothing is stopped by that
    expect((await send('POST', '/project', { folder: second, stopJob: true })).status).toBe(200);
    expect(host.folder).toBe(second);
  });

  it('is refused from the moment at which the scan is asked for', async () => {
    const { host, second, send } = await scanning();
    const starting = host.startScan();
    expect((await send('POST', '/project', { folder: second })).status).toBe(409);
    await starting;
    host.workspace.cancelScan();
    for (;;) {
      const [job] = (await once(host, 'job')) as [JobProgress];
      if (job.state === 'cancelled') break;
    }
    await expect.poll(async () => (await send('POST', '/project', { folder: second })).status).toBe(200);
  });
});
