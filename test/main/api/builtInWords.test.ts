import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { ExportFormatChoice } from '../../../src/domain/exportFormats.ts';
import type { AppState, SampleDetail } from '../../../src/protocol/api.ts';
import type { FolderInspection } from '../../../src/protocol/opening.ts';
import type { Overview, Slices } from '../../../src/protocol/overview.ts';
import type { QueueFacets, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { clientOf, createHost, freshlyScannedApi } from '../../support/apiHost.ts';
import { colourPng, makeColourDataset } from '../../support/colourDataset.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const SIZE = 12;

/** A table in which a word is a class, a split, a further column and its value. */
async function makeTable(folder: string, word: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const rows = await Promise.all(
    Array.from({ length: SIZE }, async (_, index) => {
      await writeFile(
        join(folder, `${index}.png`),
        await colourPng(index % 2 ? 'anger' : 'happiness', index),
      );
      return [`${index}.png`, index % 2 ? word : 'happy', index % 3 ? word : 'train', index % 2 ? word : 'x'];
    }),
  );
  const table = [['image', 'label', 'split', word], ...rows];
  await writeFile(join(folder, 'labels.csv'), table.map((cells) => cells.join(',')).join('\n'));
}

describe.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'a class, split, column, value and annotator called %s',
  (word) => {
    it('are looked into, mapped, filtered, counted, decided and exported like any others', async () => {
      const api = await freshlyScannedApi((folder) => makeTable(folder, word));
      const inspected = (await api.send('POST', '/inspections', { folder: api.folder }))
        .body as FolderInspection;
      expect(inspected.classes.map(({ name }) => name).sort()).toEqual([word, 'happy'].sort());
      expect(inspected.splits).toContainEqual({ name: word, count: 8 });

      const mapping = Object.fromEntries([[word, 'anger']]);
      const mapped = (await api.send('PUT', '/classes', { mapping })).body as AppState;
      const classOf = ({ project }: AppState) => project?.classes.find(({ name }) => name === word);
      expect(classOf(mapped)).toMatchObject({ mapped: true, modelClasses: ['anger'] });
      const unmapped = await api.send('PUT', '/classes', { mapping: {} });
      expect(classOf(unmapped.body as AppState)).toMatchObject({ mapped: false, modelClasses: [] });

      await api.send('PUT', '/annotator', { name: word });
      expect((await api.get('/state')).body).toMatchObject({ project: { annotator: word } });
      const filter = { show: 'all', splits: [word], metadata: [{ column: word, values: [word] }] };
      const queue = (await api.send('POST', '/queues', { filter })).body as QueueSnapshot;
      const { facets } = (await api.get(`/queues/${queue.queueId}/facets`)).body as { facets: QueueFacets };
      expect(Object.entries(facets.splits)).toContainEqual([word, 4]);
      expect(Object.entries(facets.splits)).toContainEqual(['train', 2]);

      const label = mapped.project?.classes.findIndex(({ name }) => name === word);
      const decided = await api.send('POST', '/verdicts', {
        sampleIds: [1],
        verdict: 'relabelled',
        label,
        requestId: 'the-first-one',
      });
      expect(decided.status).toBe(200);
      const { history } = (await api.get('/samples/1')).body as SampleDetail;
      expect(history).toMatchObject([{ annotator: word, label: word }]);
      await api.send('PUT', `/guidelines/${label}/description`, { description: 'brows down' });
      expect((await api.get('/guidelines')).body.guidelines[label as number].description).toBe('brows down');

      expect(((await api.get('/overview')).body as Overview).classes).toHaveLength(2);
      const slices = (await api.get(`/overview/slices?column=${word}`)).body as Slices;
      expect(JSON.stringify(slices)).toContain(`"${word}"`);
      const plan = { annotators: [word, 'ann'], overlapPercent: 50 };
      expect((await api.send('PUT', '/team/assignment', { plan })).status).toBe(200);
      expect((await api.get('/team')).status).toBe(200);

      const csv = await (await api.request('/export/file?format=csv')).text();
      const [row] = (parse(csv, { columns: false }) as string[][]).filter(([image]) => image === '0.png');
      expect(row).toContain(word);
      const formats = (await api.get('/export/formats')).body as ExportFormatChoice[];
      for (const { id: format, refusal } of formats) {
        const preview = await api.send('POST', '/export/preview', { format });
        expect([format, preview.status]).toEqual([format, refusal === null ? 200 : 400]);
      }
      // A table keeps labels in its rows: there is nothing to move.
      expect(formats.filter(({ refusal }) => refusal !== null).map(({ id }) => id)).toEqual(['moves']);
    });

    it('are moved from and to where classes are folders', async () => {
      const host = createHost();
      const folder = join(temporaryFolder(), 'faces');
      await makeColourDataset(folder, { [`${word}/0.png`]: 'anger', 'happy/1.png': 'happiness' });
      await host.open(folder);
      const { get, send, request } = clientOf(host);
      await send('PUT', '/annotator', { name: word });
      const classes = ((await get('/state')).body as AppState).project?.classes ?? [];
      const labelOf = (name: string) => classes.findIndex((one) => one.name === name);
      const idOf = (image: string) => host.workspace.opened.project.samples.byImage(image)?.id;
      for (const [image, to] of [
        [`${word}/0.png`, 'happy'],
        ['happy/1.png', word],
      ] as const) {
        const decided = { sampleIds: [idOf(image)], verdict: 'relabelled', label: labelOf(to) };
        expect((await send('POST', '/verdicts', decided)).status).toBe(200);
      }
      const moves = parse(await (await request('/export/file?format=moves')).text(), { columns: true });
      expect(moves).toEqual(
        [
          { from: `${word}/0.png`, to: 'happy/0.png' },
          { from: 'happy/1.png', to: `${word}/1.png` },
        ].toSorted((a, b) => (a.from < b.from ? -1 : 1)),
      );
    });
  },
);
