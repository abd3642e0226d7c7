/** The main job over the modules below, as the command line and the API use it. */
export { applyDecisions, DecisionImport } from './applyDecisions.ts';
export { assignImages, endAssignment, readAssignment } from './assignment.ts';
export { readClassTitles, readerOf, readMeanings, readMisspelt, readNumbering } from './classMeanings.ts';
export { type DatasetChoices, readLayoutChoice, readPictureVersion } from './datasetChoices.ts';
export { exportChoices } from './exportChoices.ts';
export { type Exported, exportDataset, newTally } from './exportDataset.ts';
export { asFailure, recordFault, surviveFaults } from './faults.ts';
export { readLabelFit } from './fitProject.ts';
export { ImageNames } from './imageNames.ts';
export type { ImportProgress } from './importDataset.ts';
export type { ImportChoices } from './importPredictions.ts';
export { glanceAtFaces } from './inspectFaces.ts';
export { type InspectedFolder, inspectFolder } from './inspectFolder.ts';
export { type LabelQuality, measureLabelQuality } from './labelQuality.ts';
export { type LabelRow, readLabelTable } from './labelTable.ts';
export { measureAgreement } from './measureAgreement.ts';
export { DecisionMerge, MERGED_COLUMNS } from './mergeDecisions.ts';
export { readModelCard } from './modelCard.ts';
export { type OpenOptions, openForReading, openForVerdicts } from './openProject.ts';
export { PairDoubts } from './pairDoubts.ts';
export { describePlan, planReading } from './planReading.ts';
export { featuresOfRun, summariseFeatures } from './projectFeatures.ts';
export {
  dataFolder,
  datasetFolder,
  datasetsAround,
  defaultProjectFile,
  forgetFolder,
  knownFolders,
  partialsFolder,
  recentFolders,
} from './projectLocation.ts';
export { readReviewIndex } from './readReviewIndex.ts';
export { sliceProject } from './slices.ts';
export type { ScanSetup } from './startScan.ts';
export { VerdictLog } from './verdicts.ts';
export { Workspace } from './workspace.ts';
