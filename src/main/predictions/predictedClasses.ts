import { AppError } from '../../domain/errors.ts';
import type { PredictionReport } from '../../protocol/predictions.ts';
import type { LabelTranslator } from '../issues/index.ts';

/**
 * @param classes of the predictions
 * @param classNames the dataset's
 * @throws AppError `table-invalid` where fewer than two are of both
 */
export function refuseOtherClasses(
  file: string,
  { space }: LabelTranslator,
  classes: readonly string[],
  classNames: readonly string[],
): void {
  if (space.groups.length >= 2) return;
  throw new AppError(
    'table-invalid',
    `${file}: fewer than two of its classes (${classes.join(', ')}) are in the dataset (${classNames.join(', ')})`,
    'Name its classes as the dataset does with --classes, or map them with --map. Nothing was imported.',
  );
}

/** The classes of predictions by the dataset's, and those of the dataset that nothing is predicted for. */
export function predictedClasses(
  translator: LabelTranslator,
  classes: readonly string[],
  classNames: readonly string[],
): Pick<PredictionReport, 'classes' | 'unknownLabels'> {
  return {
    classes: classes.map((name, modelClass) => {
      const label = translator.labelOfModelClass(modelClass);
      return { name, label: label === null ? null : (classNames[label] ?? null) };
    }),
    unknownLabels: translator.titles.filter((_, label) => !translator.knows(label)),
  };
}
