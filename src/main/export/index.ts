/** Cleaned label files, as the other modules may see them. */
export { cleanedCsv, writeWhole } from './cleanedCsv.ts';
export { CLEANED_COLUMNS, type CleanedRow, cleanedRows, type ExportSource } from './cleanedRows.ts';
