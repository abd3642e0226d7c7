import { setImmediate as nextTurn } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import type { ExportPreview, ExportRequest } from '../../protocol/api.ts';
import { type Exported, exportDataset, newTally, previewRows } from '../export/index.ts';
import type { Workspace } from '../workspace/index.ts';

type Beginning = Pick<ExportPreview, 'shape' | 'columns' | 'rows' | 'text'>;

/** Rows, lines or files that are shown. */
const SHOWN = 8;
/** Of a file that is not text in rows. */
const SHOWN_CHARACTERS = 2000;
const ENTRIES_BETWEEN_TURNS = 200;

/** How an export would begin, in the format asked for, and how much it would write. */
export async function exportPreview(
  { exportSource, index }: Pick<Workspace, 'exportSource' | 'index'>,
  request: ExportRequest,
): Promise<ExportPreview> {
  const { rows, entries, statuses, unreviewedFlags } = await previewRows(exportSource, index, request, SHOWN);
  const written = newTally();
  const exported = await exportDataset(exportSource, request, written, undefined, rows);
  const beginning = await beginningOf(exported, entries);
  return {
    ...beginning,
    total: entries ?? written.entries,
    unit: exported.kind === 'file' ? (exported.text?.unit ?? 'file') : 'file',
    unreviewedFlags,
    statuses,
    fileName: exported.kind === 'file' ? exported.fileName : '',
  };
}

/** @param total entries of the whole export; null where it must be iterated to count them */
async function beginningOf(exported: Exported, total: number | null): Promise<Beginning> {
  if (exported.kind === 'folder') {
    const rows: string[][] = [];
    await visit(exported.files, ({ path }) => rows.push([path]));
    return { shape: 'table', columns: ['file'], rows, text: '' };
  }
  if (exported.text === null) return textShape(await firstText(exported.chunks));
  const { shape, head, entries, separator, tail } = exported.text;
  const kept: string[] = [];
  const count = await visit(entries, (entry) => kept.push(entry));
  if (shape === 'table') {
    const [columns = [], ...rows] = parse(head + kept.join('')) as string[][];
    return { shape, columns, rows, text: '' };
  }
  const end = (total ?? count) > kept.length ? '' : tail;
  return textShape(shortened(head) + kept.map(shortened).join(separator) + end);
}

function textShape(text: string): Beginning {
  return { shape: 'text', columns: [], rows: [], text };
}

/** @returns how many there are; `keep` is called with the first of them */
async function visit<Item>(items: AsyncIterable<Item> | Iterable<Item>, keep: (item: Item) => void) {
  let count = 0;
  for await (const item of items) {
    if (count < SHOWN) keep(item);
    if (++count % ENTRIES_BETWEEN_TURNS === 0) await nextTurn();
  }
  return count;
}

async function firstText(chunks: AsyncIterable<Uint8Array | string>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length >= SHOWN_CHARACTERS) break;
  }
  return shortened(text);
}

function shortened(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)} ...\n`;
}
