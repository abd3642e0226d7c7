/** Predicting every image: the plan, the run, what is stored. */
export { FaceSearchJob, startFaceSearch } from './faceSearch.ts';
export { giveWay, listFurtherFaces, regionOfFirst } from './furtherFaces.ts';
export { MEASURED_SIDE, measureFraming } from './measureFraming.ts';
export { readModelCard } from './modelCard.ts';
export { describePlan, planScan } from './planScan.ts';
export { readFramingChoice } from './projectFraming.ts';
export { ScanJob } from './scan.ts';
export { scanOrder } from './scanOrder.ts';
export type { ScanSetup } from './scanSetup.ts';
export { startScan } from './startScan.ts';
export { startScanEngine } from './startScanEngine.ts';
export { isOneViewByDomain } from './viewsByDomain.ts';
