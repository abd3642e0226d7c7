import type { ModelOutputs } from '../../domain/inference.ts';
import type { ImageViews } from '../../domain/model.ts';
import { confidence } from '../../labelQuality/reliability.ts';
import { type ImageView, viewOf } from '../images/index.ts';
import { type OutputsOrProblem, runOrSplit } from './runOrSplit.ts';
import type { ModelSession } from './session.ts';

interface Looks {
  /** A view of an image besides the image itself. */
  further: readonly ImageView[];
  /**
   * Weight of each further view, 0 to 1, where the image itself has 1; views without weight are not
   * predicted.
   */
  weight(plain: ModelOutputs): number;
}

/** Share of the side: 5 of 112 pixels, within the shifts of the training. */
const MOVED = 1 / 22;

/**
 * From this confidence (Eq. 11) on a prediction is certain; six in ten of FER2013's images are below. The
 * weight of a further view grows over SURE_WITHIN, so that no rounding (of another batch, say) makes the
 * result jump.
 */
const SURE_FROM = 0.92;
const SURE_WITHIN = 0.02;

/**
 * Chosen on FER2013's images of role `dev` (bench/flags/README.md): one further view where it pays, 1.5 times the work
 * there; and all that gained anything, 5.5 times the work.
 */
const LOOKS: Record<ImageViews, Looks> = {
  one: { further: [], weight: () => 0 },
  unsure: {
    further: [{ mirrored: true, up: MOVED }],
    weight: ({ confidenceCorrected }) =>
      Math.min(1, Math.max(0, (SURE_FROM - confidenceCorrected) / SURE_WITHIN)),
  },
  all: {
    further: [
      { mirrored: true, up: 0 },
      { mirrored: false, up: MOVED },
      { mirrored: true, up: MOVED },
      { mirrored: false, up: -MOVED },
      { mirrored: true, up: -MOVED },
    ],
    weight: () => 1,
  },
};

/** How often an image is shown to the model at most. */
export function mostViews(views: ImageViews): number {
  return 1 + LOOKS[views].further.length;
}

/**
 * Predicts the views of images that `views` names. The further views of a batch go through the model
 * together, in batches of the same size; a failure on one of them is its image's problem.
 *
 * @param inputs [size*size*3] each
 */
export async function readInViews(
  session: Pick<ModelSession, 'run'>,
  inputs: Uint8Array[],
  size: number,
  views: ImageViews,
): Promise<OutputsOrProblem[]> {
  const { further, weight } = LOOKS[views];
  const outcomes = await runOrSplit(session, inputs);
  const again = outcomes.flatMap((plain, index) => {
    const counts = typeof plain === 'string' ? 0 : weight(plain);
    return counts > 0 ? [{ index, counts }] : [];
  });
  const shown = again.flatMap(({ index }) =>
    further.map((view) => viewOf(inputs[index] as Uint8Array, size, view)),
  );
  const seen: OutputsOrProblem[] = [];
  for (let from = 0; from < shown.length; from += inputs.length) {
    seen.push(...(await runOrSplit(session, shown.slice(from, from + inputs.length))));
  }
  for (const [place, { index, counts }] of again.entries()) {
    const ofImage = seen.slice(place * further.length, (place + 1) * further.length);
    const problem = ofImage.find((outcome) => typeof outcome === 'string');
    outcomes[index] =
      problem ?? combineViews(outcomes[index] as ModelOutputs, ofImage as ModelOutputs[], counts);
  }
  return outcomes;
}

/**
 * One prediction from several views: weighted means of every distribution, of the distances to anchors, of
 * the embedding and of the features, and the confidences of the mean distributions (Eq. 11). The face quality
 * is that of the image itself.
 */
export function combineViews(
  plain: ModelOutputs,
  further: readonly ModelOutputs[],
  weight: number,
): ModelOutputs {
  const mean = (of: (outputs: ModelOutputs) => Float32Array) =>
    weightedMean(of(plain), further.map(of), weight);
  const primary = mean((outputs) => outputs.primary);
  const corrected = mean((outputs) => outputs.corrected);
  return {
    primary,
    geometric: mean((outputs) => outputs.geometric),
    attentive: mean((outputs) => outputs.attentive),
    corrected,
    confidencePrimary: confidence(primary),
    confidenceCorrected: confidence(corrected),
    anchorDistance: mean((outputs) => outputs.anchorDistance),
    embedding: mean((outputs) => outputs.embedding),
    features: plain.features && mean(({ features }) => features as Float32Array),
    faceQuality: plain.faceQuality,
  };
}

function weightedMean(plain: Float32Array, further: readonly Float32Array[], weight: number): Float32Array {
  const total = 1 + weight * further.length;
  return plain.map((value, index) => {
    const others = further.reduce((sum, values) => sum + (values[index] as number), 0);
    return (value + weight * others) / total;
  });
}
