/** The map of all embeddings, as the other modules may see it. */

export { MapOfImages } from './mapOfImages.ts';
export type { MapTask, PointBatch } from './messages.ts';
export type { MapResult } from './runMapTask.ts';
