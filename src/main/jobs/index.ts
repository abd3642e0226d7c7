/** Work that takes long: one runner that serialises it, its progress, its failures. */
export { BatchJob } from './batchJob.ts';
export { jobError } from './jobError.ts';
export { isInterrupted, type JobChoice, JobRunner } from './jobRunner.ts';
export { PlaceWatch, PROBED_FILES, readInPlace } from './placeWatch.ts';
export { ProgressRate } from './progressRate.ts';
