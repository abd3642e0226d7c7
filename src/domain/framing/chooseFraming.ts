import { type Framing, roundFraming } from './framing.ts';
import type { MeanFace } from './meanFace.ts';
import { registerFaces } from './registerFaces.ts';

/** Images that a framing is measured on, if a dataset has that many. */
export const IMAGES_TO_FRAME = 300;
/** With fewer a mean face is still somebody's. */
const FEWEST_TO_FRAME = 40;
/**
 * A framing has to bring so much correlation, and come so near the reference. Samples of 300 images of FER2013's own gain .002 at most,
 * those of CK+ .010, of RAF-DB .28; pictures of other things stay below.
 */
const LEAST_GAIN = 0.04;
const LEAST_FIT = 0.8;

/** Measurements of a dataset's images. */
export interface MeasuredFraming {
  /** Null where they are best left as they are. */
  framing: Framing | null;
  images: number;
  /** Correlation of the mean face with the reference, before and after; null where there were too few images. */
  before: number | null;
  after: number | null;
}

/** @param reference mean face of the images that the model was trained on, [FACE_SIDE, FACE_SIDE] */
export function chooseFraming(faces: MeanFace, reference: Float64Array): MeasuredFraming {
  const { images } = faces;
  if (images < FEWEST_TO_FRAME) return { framing: null, images, before: null, after: null };
  const { framing, before, after } = registerFaces(faces.mean(), reference);
  const isWorthIt = after - before >= LEAST_GAIN && after >= LEAST_FIT;
  return { framing: isWorthIt ? roundFraming(framing) : null, images, before, after };
}
