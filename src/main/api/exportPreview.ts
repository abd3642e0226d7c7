import { basename } from 'node:path';
import type { ExportPreview, ExportRequest } from '../../shared/api.ts';
import { CLEANED_COLUMNS } from '../export/index.ts';
import { belongs } from '../flags/index.ts';
import type { Workspace } from '../workflow/index.ts';

const SHOWN_ROWS = 8;

/** The first rows that an export would write, and how many there are. */
export function exportPreview(workspace: Workspace, request: ExportRequest): ExportPreview {
  const rows: string[][] = [];
  let total = 0;
  for (const row of workspace.exportRows(request)) {
    total++;
    if (rows.length < SHOWN_ROWS) rows.push(CLEANED_COLUMNS.map((column) => row[column]));
  }
  const { index } = workspace;
  let unreviewedFlags = 0;
  for (let row = 0; row < index.size; row++) {
    if (index.status[row] === 0 && belongs(index, row, 'flagged')) unreviewedFlags++;
  }
  return { columns: [...CLEANED_COLUMNS], rows, total, unreviewedFlags, fileName: exportFileName(workspace) };
}

export function exportFileName(workspace: Workspace): string {
  return `${basename(workspace.folder)}-cleaned.csv`;
}
