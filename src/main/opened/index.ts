/** What every step needs to know of the opened dataset: its choices, classes, image sources, names, and where its project is. */
export {
  readClassTitles,
  readMeanings,
  readMisspelt,
  readNumbering,
  storeNumbering,
  translatorOf,
} from './classMeanings.ts';
export { ancestorsOf, factsOf, identityOf, isWithin } from './containment.ts';
export { datasetAt } from './datasetAt.ts';
export {
  type DatasetChoices,
  raisePictureVersion,
  readClassMapping,
  readFaceChoice,
  readFollowLinks,
  readLayoutChoice,
  readPictureVersion,
  storeChoices,
  withLinks,
} from './datasetChoices.ts';
export { DatasetLabels } from './datasetLabels.ts';
export { datasetWords } from './datasetWords.ts';
export { asFailure, recordFault, surviveFaults } from './faults.ts';
export { ImageNames } from './imageNames.ts';
export { datasetPlace, imageSource } from './imageSources.ts';
export { type PreviewSample, PreviewSelection } from './previewSelection.ts';
export {
  beginFeatures,
  chooseFeatureForm,
  featuresOfRun,
  readFeatureForm,
  summariseFeatures,
} from './projectFeatures.ts';
export {
  dataFolder,
  datasetFolder,
  datasetsAround,
  defaultProjectFile,
  forgetFolder,
  knownFolders,
  partialsFolder,
  recentFolders,
  refuseNameless,
  refuseProjectInDataset,
  rememberFolder,
} from './projectLocation.ts';
export { rememberAnnotator, rememberedAnnotator } from './rememberedAnnotator.ts';
