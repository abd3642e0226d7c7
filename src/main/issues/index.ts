/** What is found about images and labels: flags, duplicates, images of the training set, subjects. */
export { LabelTranslator } from './labelTranslator.ts';
export { bitCount, groupNearDuplicates } from './nearDuplicates.ts';
export { groupingColumn } from './subjects.ts';
export { TrainingImages } from './trainingImages.ts';
