import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ExportPreview } from '../../../src/protocol/api.ts';
import type { QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { scannedApi } from '../../support/apiHost.ts';

type Api = Awaited<ReturnType<typeof scannedApi>>;

async function flagged(api: Api): Promise<QueueItem[]> {
  const { queueId } = (await api.send('POST', '/queues')).body as QueueSnapshot;
  return ((await api.get(`/queues/${queueId}/items?limit=100`)).body as { items: QueueItem[] }).items;
}

const preview = async (api: Api, request: object) =>
  (await api.send('POST', '/export/preview', request)).body as ExportPreview;

describe('the export', () => {
  it('takes suggestions from the score on that is asked for, and counts what became of the labels', async () => {
    const api = await scannedApi();
    const items = await flagged(api);
    const between = ((items[0]?.score ?? 0) + (items[1]?.score ?? 0)) / 2;
    const all = await preview(api, { unreviewed: 'suggestion' });
    expect(all.statuses).toMatchObject({ auto: 2, unreviewed: 10 });
    const none = await preview(api, { unreviewed: 'suggestion', above: 1 });
    expect(none.statuses).toMatchObject({ auto: 0, unreviewed: 12 });
    if (items[0]?.score !== items[1]?.score) {
      const some = await preview(api, { unreviewed: 'suggestion', above: between });
      expect(some.statuses.auto).toBe(1);
    }
    expect((await api.send('POST', '/export/preview', { above: 2 })).status).toBe(400);
  });

  it('comes with a report in one page: counts, matrix, who, model, checksums, and why', async () => {
    const api = await scannedApi();
    const [first, second] = await flagged(api);
    await api.send('PUT', '/annotator', { name: '<b>Ann & Bo</b>' });
    await api.send('POST', '/verdicts', {
      sampleIds: [first?.id],
      verdict: 'relabelled',
      label: first?.suggested,
      note: 'brows <down>',
    });
    await api.send('POST', '/verdicts', { sampleIds: [second?.id], verdict: 'excluded' });
    const response = await api.request('/report.html');
    expect(response.headers.get('content-disposition')).toMatch(/faces-changes\.html/);
    const html = await response.text();
    const csv = await (await api.request('/export/file')).text();
    expect(html).toContain(createHash('sha256').update(csv).digest('hex'));
    expect(html).toContain('Of 12 rows 2 were reviewed; 2 changed.');
    expect(html).toContain(`<th scope="row">${first?.image}</th>`);
    expect(html).toContain('brows &lt;down&gt;; GReFEL sees');
    expect(html).toContain('&lt;b&gt;Ann &amp; Bo');
    expect(html).not.toContain('<b>Ann');
    expect(html).toMatch(/tiny \d/);
    expect(html).toContain("default-src 'none'");
    // nothing is loaded from anywhere
    expect(html).not.toMatch(/(src|href)=|url\(|@import/);
  });
});
