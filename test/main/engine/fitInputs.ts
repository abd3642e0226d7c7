import type { FitInputs } from '../../../src/main/engine/fit/fitLabels.ts';

/** Inputs of a fit of images about which a model of two classes knows nothing, and that have nothing in common. */
export function uninformedInputs(
  labels: readonly number[],
  classes: number,
  changes: Partial<FitInputs> = {},
): FitInputs {
  const images = labels.length;
  return {
    labels: Int16Array.from(labels),
    classes,
    model: new Float32Array(2 * images).fill(0.5),
    calibrated: new Float32Array(2 * images).fill(0.5),
    inverseTemperature: 1,
    modelClasses: 2,
    classMap: Array.from({ length: classes }, () => []),
    groups: Int32Array.from({ length: images }, (_, image) => image),
    subjects: new Int32Array(images).fill(-1),
    photographs: new Int32Array(images).fill(-1),
    withTunedModel: true,
    reliance: 'auto',
    decided: new Int16Array(images).fill(-1),
    ...changes,
  };
}
