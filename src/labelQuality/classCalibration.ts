import { Adam, coolingRate } from './adam.ts';
import { evenly } from './evenly.ts';
import { softmaxInPlace } from './softmax.ts';

/**
 * Class-wise calibration of a model to a dataset: its log probabilities times one inverse temperature, plus
 * one bias for each class, under which the dataset's own labels are most likely. Both are shrunk towards none, because a
 * few images say little. It maps, for example, a model that predicts too much "neutral" on other people's
 * faces to what their labels call neutral. N images, L classes.
 */
interface ClassCalibration {
  inverseTemperature: number;
  /** [L] */
  bias: number[];
}

interface LabelledLogits {
  /** [N*L] log probabilities */
  logits: Float32Array;
  /** [N] class, or -1 */
  labels: ArrayLike<number>;
  classes: number;
}

/** Most images that a calibration is learned from. */
const MOST_IMAGES = 20_000;
const STEPS = 150;
const RATE = 0.08;
/** Images by which no bias counts; an inverse temperature of 1 as a share. */
const BIAS_PULL = 10;
const TEMPERATURE_PULL = 2e-3;

/** @param images [n] indices of the images to learn from; those without a label are skipped */
export function calibrateClasses(
  { logits, labels, classes }: LabelledLogits,
  images: Int32Array,
): ClassCalibration {
  const learned = evenly(images, MOST_IMAGES).filter((image) => (labels[image] as number) >= 0);
  // [log inverse temperature, bias of each class]
  const values = new Float64Array(1 + classes);
  const adam = new Adam(values.length, Float64Array);
  const row = new Float64Array(classes);
  for (let turn = 1; turn <= STEPS && learned.length > 0; turn++) {
    const gradient = new Float64Array(values.length);
    const inverseTemperature = Math.exp(values[0] as number);
    for (const image of learned) {
      softmaxRow(logits, image * classes, inverseTemperature, values.subarray(1), row);
      for (let c = 0; c < classes; c++) {
        const residual = (row[c] as number) - (c === labels[image] ? 1 : 0);
        gradient[1 + c] = (gradient[1 + c] as number) + residual;
        gradient[0] =
          (gradient[0] as number) + residual * inverseTemperature * (logits[image * classes + c] as number);
      }
    }
    for (let index = 0; index < values.length; index++) {
      const pull = index === 0 ? TEMPERATURE_PULL : BIAS_PULL / learned.length;
      gradient[index] = (gradient[index] as number) / learned.length + pull * (values[index] as number);
    }
    adam.move(values, gradient, coolingRate(RATE, turn, STEPS));
  }
  return { inverseTemperature: Math.exp(values[0] as number), bias: [...values.subarray(1)] };
}

/**
 * Log probabilities of every image, calibrated by the labels of the other folds. [N*L]
 * @param imagesOfFold [fold] images
 */
export function calibrateOutOfFold(data: LabelledLogits, imagesOfFold: readonly Int32Array[]): Float32Array {
  const { logits, classes } = data;
  const calibrated = new Float32Array(logits.length);
  const row = new Float64Array(classes);
  for (const [fold, images] of imagesOfFold.entries()) {
    const others = imagesOfFold
      .flatMap((members, other) => (other === fold ? [] : [...members]))
      .sort((a, b) => a - b);
    const { inverseTemperature, bias } = calibrateClasses(data, Int32Array.from(others));
    for (const image of images) {
      softmaxRow(logits, image * classes, inverseTemperature, bias, row);
      for (let c = 0; c < classes; c++)
        calibrated[image * classes + c] = Math.log(Math.max(1e-9, row[c] as number));
    }
  }
  return calibrated;
}

function softmaxRow(
  logits: Float32Array,
  at: number,
  inverseTemperature: number,
  bias: ArrayLike<number>,
  row: Float64Array,
): void {
  for (let c = 0; c < row.length; c++) {
    row[c] = inverseTemperature * (logits[at + c] as number) + (bias[c] as number);
  }
  softmaxInPlace(row, 0, row.length);
}
