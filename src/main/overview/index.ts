/** Counts, estimates and comparisons for the Overview screen and its commands. */
export { type LabelQuality, measureLabelQuality } from './labelQuality.ts';
export { OverviewReader } from './overview.ts';
export { sliceProject } from './slices.ts';
