/** Cleaned label files, as the other modules may see them. */

export { changeReport, reportFileName } from './changeReport.ts';
export { cleanedCsv } from './cleanedCsv.ts';
export {
  CLEANED_COLUMNS,
  type CleanedRow,
  type CleanedSample,
  cleanedColumns,
  cleanedRows,
  cleanedSamples,
  type ExportSource,
  type ExportStatus,
  metadataColumns,
} from './cleanedRows.ts';
export { type ExportContext, labelledSamples, type TextFormat } from './format.ts';
export { movesCsv } from './formats/moves.ts';
export { namedVote, namedVotes } from './namedVote.ts';
export { ownVote, type SeenBy } from './seenBy.ts';
export { textFormats } from './textFormats.ts';
export { voteTable } from './voteTable.ts';
export { type OutputFile, type OutputOptions, writeFolder, writeWhole } from './writeOutput.ts';
