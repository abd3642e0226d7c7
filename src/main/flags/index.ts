/** Ranking of samples by how likely their label is wrong, as the other modules may see it. */
export { belongs, changeOf } from './belongs.ts';
export { type Evaluation, evaluateFlags, type JudgedImage } from './evaluate.ts';
export { evaluationPicture } from './evaluationPicture.ts';
export type { IndexedChoices, IndexedColumn, IndexedNumbers } from './indexedColumn.ts';
export { LabelReader } from './labelReader.ts';
export { shortest } from './metadataFilters.ts';
export { bitCount, groupNearDuplicates } from './nearDuplicates.ts';
export { buildQueue, type Queue, queueFacets } from './queue.ts';
export type { Clusters } from './queueGroups.ts';
export { HELD, type HeldPairs, ReviewIndex } from './reviewIndex.ts';
export { type GroupedBy, groupingColumn } from './subjects.ts';
export { TrainingImages } from './trainingImages.ts';
