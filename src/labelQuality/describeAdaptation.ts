import { describeEmbeddingDistance } from './embeddingDistance.ts';
import type { LabelFit } from './labelFit.ts';

/** The parts of a fit that show whose predictions count. */
export type AdaptedFit = Pick<LabelFit, 'adaptation' | 'agreement' | 'embeddingDistance' | 'classMap'>;

const perCent = (share: number) => Math.round(100 * share);

/** Above it most of the say is the tuned model's. */
const MOSTLY = 0.5;
/** Below it, chance alone may look like it. */
const MANY_REPEAT = 0.1;

/**
 * Whose predictions count, and why, in a sentence or two; null if there is nothing to say. If the model's
 * features do not show how far the images are from its training images, the distances to its anchors are all
 * there is.
 */
export function describeAdaptation({
  adaptation,
  agreement,
  embeddingDistance,
  classMap,
}: AdaptedFit): string | null {
  const { outOfDomain, weights, chosen } = adaptation;
  if (classMap.length > 0 && classMap.every((modelClasses) => modelClasses.length === 0)) {
    return 'The base model knows none of these classes, so only the model tuned to this dataset counts.';
  }
  if (chosen === 'base') return 'You chose to rely on the base model alone.';
  if (outOfDomain === null && weights === null) return describeEmbeddingDistance(embeddingDistance);
  const evidence =
    agreement.model === null || agreement.tuned === null
      ? ''
      : ` The base model predicts ${perCent(agreement.model)} % of the labels, the tuned model ${perCent(agreement.tuned)} % of labels it was not trained on.`;
  if (weights === null) {
    return 'These faces are like those the model was trained on, so the base model’s predictions count.';
  }
  const share = weights.tuned / Math.max(1e-9, weights.base + weights.tuned);
  const why =
    chosen === 'tuned'
      ? 'You chose to rely on the tuned model'
      : 'These faces differ from those the model was trained on';
  const who =
    share >= MOSTLY
      ? `weight ${perCent(share)} % for the model tuned to this dataset, ${perCent(1 - share)} % for the base model`
      : `weight ${perCent(1 - share)} % for the base model, calibrated to this dataset, and ${perCent(share)} % for the tuned model`;
  const repeats =
    weights.repeated >= MANY_REPEAT
      ? ` About ${perCent(weights.repeated)} % of the labels seem to repeat the base model’s predictions, right or wrong, so it has less weight.`
      : '';
  return `${why}: ${who}.${evidence}${repeats}`;
}
