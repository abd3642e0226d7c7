/** Opening a folder: inspect, import, relink. */

export { commandFor, notScanned } from './grefelCommand.ts';
export { codeFurtherFaces, type ImportProgress } from './importDataset.ts';
export { glanceAtFaces } from './inspectFaces.ts';
export { type InspectedFolder, inspectFolder } from './inspectFolder.ts';
export { measurePace } from './measurePace.ts';
export {
  type OpenedProject,
  type OpenOptions,
  openForVerdicts,
  openProject,
  openProjectForReading,
} from './openProject.ts';
