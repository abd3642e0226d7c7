/** The project file, as the other modules may see it. */
export { STORED_ANCHORS } from './anchorBlobs.ts';
export type { Audit } from './auditsTable.ts';
export { hasBackup } from './backup.ts';
export type { CurrentVerdict } from './currentVerdicts.ts';
export type { EarlierFlag } from './earlierFlagsTable.ts';
export { makeFolder, realName } from './filePlace.ts';
export type { Flag, IndexedFlag, TrainedOn } from './flagsTable.ts';
export type { SampleMetadata } from './metadataTable.ts';
export type { ModelRun, NewRun } from './modelRunsTable.ts';
export { moveProject } from './moveProject.ts';
export type { Embedding, FitColumns, Prediction, PredictionsTable } from './predictionsTable.ts';
export { ProjectFile } from './projectFile.ts';
export type {
  FoundSample,
  ListedSample,
  PendingSample,
  Sample,
  SampleProblem,
} from './samplesTable.ts';
export type { StagedPredictions } from './stagedPredictions.ts';
export type { StoredTunedPrediction } from './tunedPredictionsTable.ts';
export type { StandingVote } from './verdictsTable.ts';
