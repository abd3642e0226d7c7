import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { ExportFormatChoice } from '../../../src/domain/exportFormats.ts';
import { EXPORT_COLUMNS } from '../../../src/main/export/index.ts';
import type { ExportPreview } from '../../../src/protocol/api.ts';
import { scannedApi } from '../../support/apiHost.ts';
import { makeColourDataset, SMALL_DATASET } from '../../support/colourDataset.ts';

type Api = Awaited<ReturnType<typeof scannedApi>>;

async function makeWithDamagedImage(folder: string): Promise<void> {
  await makeColourDataset(folder, SMALL_DATASET);
  writeFileSync(join(folder, 'sad/page.jpg'), '<!doctype html>404');
}

/** A scanned dataset with a damaged image, in which the tuned model predicts the first image's label. */
async function scannedWithHead(): Promise<Api> {
  const api = await scannedApi(makeWithDamagedImage);
  api.host.workspace.opened.project.tunedPredictions.write({
    sampleId: 1,
    primary: Float32Array.of(0.1, 0.8, 0.1),
    corrected: Float32Array.of(0.1, 0.8, 0.1),
    confidencePrimary: 0.4,
    confidenceCorrected: 0.4,
    anchors: [{ classIndex: 1, k: 0, distance: 1, similarity: 0.5 }],
  });
  return api;
}

const fileOf = async (api: Api, format: string) =>
  (await api.request(`/export/file?format=${format}`)).text();
const previewOf = async (api: Api, request: object) =>
  (await api.send('POST', '/export/preview', request)).body as ExportPreview;
const csvRows = (text: string) => parse(text, { columns: true }) as Record<string, string>[];
const jsonRows = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the columns of an export', () => {
  it('have numbers as numbers in JSON Lines, and say what is wrong with an image', async () => {
    const api = await scannedWithHead();
    const [first] = jsonRows(await fileOf(api, 'jsonl'));
    for (const { name, kind } of EXPORT_COLUMNS) {
      const value = first?.[name];
      const isNumber = kind === 'share' || kind === 'number';
      expect([name, value === null || typeof value === (isNumber ? 'number' : 'string')]).toEqual([
        name,
        true,
      ]);
    }
    expect(first).toMatchObject({ label_tuned: 'happy', confidence_tuned: 0.4, problem: null });

    const rows = csvRows(await fileOf(api, 'csv'));
    expect(rows[0]).toMatchObject({
      confidence_tuned: '0.4000',
      nearest_anchor_tuned: 'happy#0',
      problem: '',
    });
    const page = rows.find(({ image }) => image === 'sad/page.jpg');
    expect(page?.problem).toMatch(/web page|not an image|HTML/i);
    const report = await (await api.request('/report.html')).text();
    expect(report).toMatch(/Images with problems[\s\S]*sad\/page\.jpg/);
  });

  it('keep predictions from whoever may not see them, in every format and in the preview', async () => {
    const api = await scannedWithHead();
    const hidden = EXPORT_COLUMNS.filter(({ reveals }) => reveals === 'predictions').map(({ name }) => name);
    const told = (rows: Record<string, unknown>[]) =>
      hidden.filter((name) => rows.some((row) => row[name] !== '' && row[name] !== null));
    expect(told(csvRows(await fileOf(api, 'csv')))).toEqual(
      expect.arrayContaining(['label_primary', 'flag_score', 'label_tuned', 'confidence_tuned']),
    );

    await api.send('PUT', '/blindness', { others: false, suggestion: true });
    expect(told(csvRows(await fileOf(api, 'csv')))).toEqual([]);
    expect(told(jsonRows(await fileOf(api, 'jsonl')))).toEqual([]);
    const { columns, rows } = await previewOf(api, {});
    expect(told(rows.map((row) => Object.fromEntries(row.map((cell, at) => [columns[at], cell]))))).toEqual(
      [],
    );
    for (const { grefel, flag_score } of JSON.parse(await fileOf(api, 'fiftyone')).samples) {
      expect([grefel, flag_score]).toEqual([null, null]);
    }
    for (const { predictions } of JSON.parse(await fileOf(api, 'label-studio')))
      expect(predictions).toEqual([]);
  });
});

describe('the preview of an export', () => {
  it('shows the format that was chosen, with the name and the true size of what is written', async () => {
    const api = await scannedWithHead();
    await api.send('POST', '/verdicts', { sampleIds: [1], verdict: 'relabelled', label: 2 });
    await api.send('POST', '/verdicts', { sampleIds: [2], verdict: 'excluded' });
    const count: Record<string, (text: string) => number> = {
      csv: (text) => csvRows(text).length,
      'fer-plus': (text) => csvRows(text).length,
      moves: (text) => csvRows(text).length,
      jsonl: (text) => jsonRows(text).length,
      imagefolder: (text) => jsonRows(text).length,
      fiftyone: (text) => JSON.parse(text).samples.length,
      'label-studio': (text) => JSON.parse(text).length,
      pytorch: (text) => text.split('\n').filter((line) => line.startsWith('["')).length,
    };
    const formats = (await api.get('/export/formats')).body as ExportFormatChoice[];
    for (const { id, output, extension } of formats) {
      const preview = await previewOf(api, { format: id });
      if (output === 'folder') {
        expect(preview).toMatchObject({ unit: 'file', columns: ['file'], fileName: '' });
        continue;
      }
      const answer = await api.request(`/export/file?format=${id}`);
      const name = answer.headers.get('content-disposition')?.split("''")[1];
      const text = await answer.text();
      expect([id, preview.fileName, preview.total]).toEqual([id, name, count[id]?.(text)]);
      expect(preview.fileName.endsWith(extension)).toBe(true);
      if (preview.shape === 'text') expect(text.startsWith(preview.text.slice(0, 100))).toBe(true);
      else expect([preview.columns, ...preview.rows]).toEqual((parse(text) as string[][]).slice(0, 9));
    }
    expect(await previewOf(api, { format: 'moves' })).toMatchObject({
      unit: 'move',
      total: 1,
      columns: ['from', 'to'],
      fileName: 'faces-cleaned-moves.csv',
    });
    expect((await previewOf(api, { format: 'tree' })).total).toBe(12);
  });
});
