/** Cleaned label files, as the other modules may see them. */

export { changeReport, reportFileName } from './changeReport.ts';
export { classEmotions } from './classEmotions.ts';
export { cleanedSamples } from './cleanedRows.ts';
export { type Cell, type CsvColumn, CsvWriter } from './csvWriter.ts';
export { exportChoices } from './exportChoices.ts';
export {
  CLEANED_COLUMNS,
  type CleanedRow,
  csvColumns,
  EXPORT_COLUMNS,
  textValues,
} from './exportColumns.ts';
export { exportDataset } from './exportDataset.ts';
export type { Exported } from './exported.ts';
export type { ExportSource } from './exportSource.ts';
export { newTally } from './exportTally.ts';
export { namedVote } from './namedVote.ts';
export { removeStalePartials } from './partials.ts';
export { previewRows } from './previewRows.ts';
export { ownVote } from './seenBy.ts';
export { voteTable } from './voteTable.ts';
export { type OutputFile, writeFolder, writeWhole } from './writeOutput.ts';
