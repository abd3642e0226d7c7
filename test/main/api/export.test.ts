import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { EXPORT_FORMATS } from '../../../src/domain/exportFormats.ts';
import { exportDataset, newTally } from '../../../src/main/export/index.ts';
import { type ExportPreview, exportRequestSchema } from '../../../src/protocol/api.ts';
import type { QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { freshlyScannedApi, scannedApi } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';

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

  it('counts in its preview what it writes, in every format and with all choices', async () => {
    const api = await freshlyScannedApi(async (folder) => {
      await makeColourDataset(folder, SMALL_DATASET);
      const rows = [
        'angry/1.png,angry',
        'angry/2.png,angry',
        'happy/1.png,happy',
        'happy/2.png,sad',
        'sad/1.png,sad',
      ];
      const lost = ['sad/lost.png,sad', '../outside.png,happy'];
      writeFileSync(join(folder, 'labels.csv'), ['image,label', ...rows, ...lost, ''].join('\n'));
    });
    const [flag] = await flagged(api);
    const { project } = api.host.workspace.opened;
    expect([...project.samples.all()].map(({ path }) => path)).toContain('');
    const others = [...project.samples.all()].map(({ id }) => id).filter((id) => id !== flag?.id);
    for (const [place, verdict] of (['kept', 'relabelled', 'excluded', 'ambiguous'] as const).entries()) {
      const label = verdict === 'relabelled' ? 2 : undefined;
      await api.send('POST', '/verdicts', { sampleIds: [others[place]], verdict, label });
    }
    for (const blindness of [{}, { others: true }, { suggestion: true }]) {
      await api.send('PUT', '/annotator', { name: 'others' in blindness ? 'bo' : 'ann' });
      api.host.workspace.blindness = { others: false, suggestion: false, ...blindness };
      for (const format of EXPORT_FORMATS.filter((id) => id !== 'moves')) {
        for (const what of format === 'source'
          ? (['all'] as const)
          : (['all', 'changed', 'reviewed'] as const))
          for (const unreviewed of ['keep', 'drop', 'suggestion'] as const)
            for (const excluded of ['leave-out', 'keep'] as const) {
              const request = exportRequestSchema.parse({ format, what, unreviewed, excluded });
              const written = newTally();
              const whole = await exportDataset(api.host.workspace.exportSource, request, written);
              if (whole.kind === 'folder') for await (const _ of whole.files);
              else for await (const _ of whole.chunks);
              const { total, statuses } = await preview(api, request);
              expect({ request, blindness, total, statuses }).toEqual({
                request,
                blindness,
                total: written.entries,
                statuses: written.statuses,
              });
            }
      }
    }
  });

  it('reads for its preview the predictions of the rows that it shows', async () => {
    const api = await scannedApi();
    const read = vi.spyOn(api.host.workspace.opened.project.predictions, 'byId');
    expect(await preview(api, {})).toMatchObject({ total: 12, rows: { length: 8 } });
    expect(read).toHaveBeenCalledTimes(8);
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
    expect(html).toContain('Of 12 rows, 2 were reviewed and 2 were relabelled or excluded.');
    expect(html).toContain(`<th scope="row">${first?.image}</th>`);
    expect(html).toContain('brows &lt;down&gt;; GReFEL sees');
    expect(html).toContain('&lt;b&gt;Ann &amp; Bo');
    expect(html).not.toContain('<b>Ann');
    expect(html).toMatch(/tiny \d/);
    expect(html).toMatch(/<td>\d{4}-\d\d-\d\d \d\d:\d\d<\/td>/); // when it was decided
    expect(html).not.toMatch(/\d\dT\d\d:/);
    expect(html).toContain("default-src 'none'");
    // nothing is loaded from anywhere
    expect(html).not.toMatch(/(src|href)=|url\(|@import/);
  });
});
