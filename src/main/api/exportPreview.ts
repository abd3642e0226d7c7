import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExportPreview, ExportRequest } from '../../shared/api.ts';
import { type CleanedRow, cleanedColumns, type ExportStatus } from '../export/index.ts';
import { belongs } from '../flags/index.ts';
import { exportChoices, type Workspace } from '../workflow/index.ts';

const SHOWN_ROWS = 8;
const ROWS_BETWEEN_TURNS = 200;

/** The first rows that an export would write, and how many there are of each kind. */
export async function exportPreview(workspace: Workspace, request: ExportRequest): Promise<ExportPreview> {
  const columns = cleanedColumns(workspace.exportSource);
  const rows: string[][] = [];
  const statuses = { unreviewed: 0, kept: 0, relabelled: 0, excluded: 0, ambiguous: 0, auto: 0 };
  let total = 0;
  for (const row of workspace.exportRows(request)) {
    total++;
    statuses[row.status as ExportStatus]++;
    if (rows.length < SHOWN_ROWS) rows.push(columns.map((column) => row[column as keyof CleanedRow] ?? ''));
    if (total % ROWS_BETWEEN_TURNS === 0) await nextTurn();
  }
  const { index } = workspace;
  let unreviewedFlags = 0;
  for (let row = 0; row < index.size; row++) {
    if (index.status[row] === 0 && belongs(index, row, 'flagged')) unreviewedFlags++;
  }
  const fileName = `${basename(workspace.folder)}-cleaned${extensionOf(workspace, request)}`;
  return { columns, rows, total, unreviewedFlags, statuses, fileName };
}

function extensionOf(workspace: Workspace, { format }: ExportRequest): string {
  return exportChoices(workspace.exportSource).find(({ id }) => id === format)?.extension ?? '';
}
