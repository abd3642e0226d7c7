import type { Framing } from './framing.ts';
import { FACE_PIXELS, FACE_SIDE, mirrored } from './meanFace.ts';
import { minimise } from './minimise.ts';

/** In the loops below an imported name costs several times as much where modules are not bundled. */
const SIDE = FACE_SIDE;
const PIXELS = FACE_PIXELS;

/** How one mean face fits another. */
interface Registration {
  framing: Framing;
  /** Correlation of features with the reference, -1 to 1: without framing and with it. */
  before: number;
  after: number;
}

/**
 * Blurs that make eyes, nose and mouth visible, in pixels: lighting of the whole face and grain are excluded.
 */
const FINE = 1;
const COARSE = 8;

/** Sizes that are tried first; the best is refined. */
const SIZES = [0.5, 0.6, 0.7, 0.85, 1, 1.2, 1.4];
const STRETCHES = [0.85, 1, 1.18];
const SHIFTS = [-0.08, 0, 0.08];
const SCALE_RANGE = [0.4, 1.8] as const;
const MOST_SHIFT = 0.25;
/** A sideways shift is looked for on its own, by thirds of a pixel. */
const SIDEWAYS_STEPS = 18;
const SIDEWAYS_STEP = 1 / (3 * FACE_SIDE);

/**
 * The framing under which a dataset's mean face is most like a reference. Framing is linear, so the mean of framed faces is the framed
 * mean: one picture is registered instead of thousands, and no face has to be found in any.
 *
 * @param face, reference [FACE_SIDE, FACE_SIDE]
 */
export function registerFaces(face: Float64Array, reference: Float64Array): Registration {
  const target = standardise(features(mirrored(reference)));
  const similarity = (picture: Float64Array, framing: Framing) =>
    correlation(features(frame(picture, framing)), target);
  const symmetric = mirrored(face);
  const misfit = ([x, y, shift]: number[]) => {
    const [scaleX, scaleY, shiftY] = [x as number, y as number, shift as number];
    if (!inRange(scaleX) || !inRange(scaleY) || Math.abs(shiftY) > MOST_SHIFT) return 1;
    return -similarity(symmetric, { scaleX, scaleY, shiftX: 0, shiftY });
  };
  const starts = SIZES.flatMap((size) =>
    STRETCHES.flatMap((stretch) => SHIFTS.map((shift) => [size * stretch, size / stretch, shift])),
  );
  const [scaleX = 1, scaleY = 1, shiftY = 0] = minimise(misfit, leastOf(starts, misfit));
  const sideways = Array.from({ length: 2 * SIDEWAYS_STEPS + 1 }, (_, step) => ({
    scaleX,
    scaleY,
    shiftX: (step - SIDEWAYS_STEPS) * SIDEWAYS_STEP,
    shiftY,
  }));
  const framing = leastOf(sideways, (shifted) => -similarity(face, shifted));
  const asItIs = { scaleX: 1, scaleY: 1, shiftX: 0, shiftY: 0 };
  return { framing, before: similarity(face, asItIs), after: similarity(face, framing) };
}

/** The one of which a number is least. */
function leastOf<T>(ones: readonly T[], numberOf: (one: T) => number): T {
  const numbers = ones.map(numberOf);
  return ones[numbers.indexOf(Math.min(...numbers))] as T;
}

const inRange = (scale: number) => scale > SCALE_RANGE[0] && scale < SCALE_RANGE[1];

/** What a model would see of a picture. */
function frame(picture: Float64Array, { scaleX, scaleY, shiftX, shiftY }: Framing): Float64Array {
  const place = (at: number, scale: number, shift: number) =>
    Math.min(SIDE - 1, Math.max(0, (((at + 0.5) / SIDE - 0.5) * scale + shift + 0.5) * SIDE - 0.5));
  const framed = new Float64Array(PIXELS);
  for (let y = 0; y < SIDE; y++) {
    const fromY = place(y, scaleY, shiftY);
    const top = Math.min(SIDE - 2, Math.floor(fromY));
    const down = fromY - top;
    for (let x = 0; x < SIDE; x++) {
      const fromX = place(x, scaleX, shiftX);
      const left = Math.min(SIDE - 2, Math.floor(fromX));
      const right = fromX - left;
      const at = top * SIDE + left;
      const upper = (picture[at] as number) * (1 - right) + (picture[at + 1] as number) * right;
      const lower = (picture[at + SIDE] as number) * (1 - right) + (picture[at + SIDE + 1] as number) * right;
      framed[y * SIDE + x] = upper * (1 - down) + lower * down;
    }
  }
  return framed;
}

/** The difference between two blurs. */
function features(picture: Float64Array): Float64Array {
  const [fine, coarse] = [blur(picture, FINE_KERNEL), blur(picture, COARSE_KERNEL)];
  return fine.map((value, at) => value - (coarse[at] as number));
}

function kernelOf(deviation: number): Float64Array {
  const reach = Math.ceil(3 * deviation);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
const FINE_KERNEL = kernelOf(FINE);
const COARSE_KERNEL = kernelOf(COARSE);

function blur(picture: Float64Array, kernel: Float64Array): Float64Array {
  return blurRows(blurRows(picture, kernel), kernel);
}

/** Blurs rows and turns the picture, so that twice blurs both ways. The edge is repeated. */
function blurRows(picture: Float64Array, kernel: Float64Array): Float64Array {
  const reach = (kernel.length - 1) / 2;
  const turned = new Float64Array(PIXELS);
  const padded = new Float64Array(SIDE + 2 * reach);
  for (let y = 0; y < SIDE; y++) {
    const row = picture.subarray(y * SIDE, (y + 1) * SIDE);
    padded.fill(row[0] as number, 0, reach);
    padded.set(row, reach);
    padded.fill(row[SIDE - 1] as number, reach + SIDE);
    for (let x = 0; x < SIDE; x++) {
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap++)
        sum += (padded[x + tap] as number) * (kernel[tap] as number);
      turned[x * SIDE + y] = sum;
    }
  }
  return turned;
}

/** How much each pixel counts: the middle of the picture, where the face is. Adds up to 1. */
const WEIGHTS = (() => {
  const offset = (at: number) => (at + 0.5) / SIDE - 0.5;
  const weights = Float64Array.from({ length: PIXELS }, (_, at) => {
    const [x, y] = [offset(at % SIDE), offset(Math.floor(at / SIDE))];
    return Math.exp(-((x / 0.33) ** 4 + (y / 0.36) ** 4));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
})();

/** With mean 0 and deviation 1, by the weights. */
function standardise(picture: Float64Array): Float64Array {
  let [mean, squares] = [0, 0];
  for (let at = 0; at < PIXELS; at++) {
    const weighted = (WEIGHTS[at] as number) * (picture[at] as number);
    mean += weighted;
    squares += weighted * (picture[at] as number);
  }
  const deviation = Math.sqrt(Math.max(squares - mean * mean, 1e-12));
  return picture.map((value) => (value - mean) / deviation);
}

/** @param target standardised */
function correlation(picture: Float64Array, target: Float64Array): number {
  const own = standardise(picture);
  let sum = 0;
  for (let at = 0; at < PIXELS; at++) {
    sum += (WEIGHTS[at] as number) * (own[at] as number) * (target[at] as number);
  }
  return sum;
}
