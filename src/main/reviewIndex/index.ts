/** The columns of all images in memory, and the queues made of them. */
export { changeOf } from './changeOf.ts';
export { readColumns, writeColumns } from './columnsFile.ts';
export type { IndexedChoices, IndexedColumn, IndexedNumbers } from './indexedColumn.ts';
export { type IndexedSamples, type ListedColumns, labelAfterDecision, listColumns } from './listedColumns.ts';
export { shortest } from './metadataFilters.ts';
export { buildQueue, queueFacets } from './queue.ts';
export type { Clusters } from './queueGroups.ts';
export { type HeldPairs, ReviewIndex } from './reviewIndex.ts';
export { belongs } from './selections.ts';
