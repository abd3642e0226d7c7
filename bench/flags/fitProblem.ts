import { buildClassSpace } from '../../src/domain/classSpace.ts';
import type { ModelMetadata } from '../../src/domain/model.ts';
import { calibratePrediction, isCalibratedFor } from '../../src/labelQuality/calibratedPrediction.ts';
import type { Reliance } from '../../src/labelQuality/labelFit.ts';
import { Embeddings } from '../../src/main/engine/fit/embeddings.ts';
import { type FittedLabels, fitLabels } from '../../src/main/engine/fit/fitLabels.ts';
import { MatrixProducts } from '../../src/main/engine/fit/matrixProducts.ts';
import { loadRuntime } from '../../src/main/engine/loadRuntime.ts';
import { inverseTemperatureOf } from './distance.ts';
import { featuresOf } from './features.ts';
import type { Problem } from './problems.ts';

export const products = await MatrixProducts.create(await loadRuntime(), null);

export interface FitChoices {
  /** The classes' names say nothing. */
  nameless?: boolean;
  /** Do not guess what nameless classes mean to the model. */
  withoutModel?: boolean;
  /** Predict one view of each image, as for the peers. */
  plain?: boolean;
  /** Do not tune a model. */
  withoutTuned?: boolean;
  /** Treat the images like those the model was calibrated on. */
  inDistribution?: boolean;
  /** [N] images of one person share a number; -1 where it is not known. */
  subjects?: readonly number[];
  /** [N] class that a person has decided on, -1 where nobody has. */
  decided?: ArrayLike<number>;
  /** Whose predictions count; by default, the images decide. */
  reliance?: Reliance;
}

/** Everything that the application fits to a problem's labels. */
export function fitProblem(
  problem: Problem,
  model: ModelMetadata,
  {
    nameless = false,
    withoutModel = false,
    plain = false,
    withoutTuned = false,
    inDistribution = false,
    subjects,
    decided,
    reliance = 'auto',
  }: FitChoices = {},
): Promise<FittedLabels> {
  const { classNames, labels } = problem;
  const predictions = plain ? problem.plainPredictions : problem.predictions;
  const space = buildClassSpace(classNames, model.classes);
  const classMap = space.groupOfDatasetClass.map((group) =>
    nameless || group === null ? [] : (space.groups[group]?.modelClasses ?? []),
  );
  const modelClasses = model.classes.length;
  // A model that predicts the same for every image has no class for any label.
  const uniform = predictions.flatMap(() => new Array<number>(modelClasses).fill(1 / modelClasses));
  return fitLabels(
    {
      labels: Int16Array.from(labels),
      classes: classNames.length,
      model: Float32Array.from(withoutModel ? uniform : predictions.flatMap(({ corrected }) => corrected)),
      calibrated: Float32Array.from(
        withoutModel
          ? uniform
          : predictions.flatMap((prediction) => [...calibratePrediction(prediction, model)]),
      ),
      inverseTemperature: !isCalibratedFor(model)
        ? null
        : inDistribution
          ? 1
          : inverseTemperatureOf({ ...problem, predictions }),
      modelClasses,
      classMap,
      groups: Int32Array.from(predictions, (_, index) => index),
      subjects: subjects ? Int32Array.from(subjects) : new Int32Array(predictions.length).fill(-1),
      photographs: new Int32Array(predictions.length).fill(-1),
      withTunedModel: !withoutTuned,
      reliance,
      decided: decided ? Int16Array.from(decided) : new Int16Array(predictions.length).fill(-1),
    },
    new Embeddings(
      new Float16Array(predictions.flatMap(({ embedding }) => embedding)),
      predictions.length,
      model.embeddingSize,
    ),
    products,
    undefined,
    undefined,
    featuresOf(predictions),
  );
}
