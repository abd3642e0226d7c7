/** Cleaned label files, as the other modules may see them. */

export { changeReport, reportFileName } from './changeReport.ts';
export { cleanedCsv, writeWhole } from './cleanedCsv.ts';
export {
  CLEANED_COLUMNS,
  type CleanedRow,
  cleanedRows,
  type ExportSource,
  type ExportStatus,
} from './cleanedRows.ts';
