import { type CleanedRow, cleanedSamples, textValues } from '../../src/main/export/index.ts';
import type { Workspace } from '../../src/main/workspace/index.ts';
import type { ExportRequest } from '../../src/protocol/api.ts';

/** The rows of a cleaned CSV, each value as text. */
export function exportRows(workspace: Workspace, request: ExportRequest): Record<keyof CleanedRow, string>[] {
  return Array.from(cleanedSamples(workspace.exportSource, request), ({ row }) => textValues(row));
}
