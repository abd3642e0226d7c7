/** The file of features beside a project. */
export { FeatureReader } from './featureReader.ts';
export { type FeatureRow, FeatureWriter } from './featureWriter.ts';
export type { FeaturesOfRun } from './format.ts';
export { presentFeatures } from './presentFeatures.ts';
export type { FeatureProjection } from './projection.ts';
