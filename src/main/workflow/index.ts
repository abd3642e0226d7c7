/** The main job over the modules below, as the command line and the API use it. */
export { type DatasetChoices, readerOf } from './datasetChoices.ts';
export { exportChoices } from './exportChoices.ts';
export { type Exported, exportDataset } from './exportDataset.ts';
export { readLabelFit } from './fitProject.ts';
export type { ImportProgress } from './importDataset.ts';
export { type InspectedFolder, inspectFolder } from './inspectFolder.ts';
export { type OpenOptions, openForReading } from './openProject.ts';
export {
  dataFolder,
  datasetFolder,
  defaultProjectFile,
  forgetFolder,
  knownFolders,
  recentFolders,
} from './projectLocation.ts';
export type { ScanSetup } from './startScan.ts';
export { VerdictLog } from './verdicts.ts';
export { Workspace } from './workspace.ts';
