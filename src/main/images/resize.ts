/** One axis of a resized image, of which only a window is computed. */
export interface Axis {
  /** Pixels of the whole resized axis; a fraction where its window is another than whole pixels of it. */
  size: number;
  /** First pixel of the window. */
  from: number;
  count: number;
  /** The window may extend beyond the image, whose edge is then repeated. */
  repeatEdge?: boolean;
}

/**
 * Weights in fixed point, as Pillow computes with 8-bit images (PRECISION_BITS in Resample.c). A triangle's are
 * never negative and sum to 1, so no sum leaves 0 to 255.
 */
const FRACTION_BITS = 22;
const HALF = 1 << (FRACTION_BITS - 1);

/**
 * Resizes with an antialiased triangle filter (its support grows as the image shrinks), bit for bit as
 * Pillow's `resize(..., BILINEAR)`: rows first, rounded to 8 bits between the passes.
 *
 * @param image RGB [H*W*3].
 * @returns RGB [across rows: y.count * x.count * 3]
 */
export function resizeWindow(
  image: { width: number; height: number; rgb: Uint8Array },
  x: Axis,
  y: Axis,
): Uint8Array {
  const columns = tapsFor(image.width, x);
  const rows = tapsFor(image.height, y);
  const firstRow = rows.starts[0] as number;
  const lastRow = (rows.starts[y.count - 1] as number) + (rows.counts[y.count - 1] as number);
  const narrow = resizeAcross(image.rgb, image.width, firstRow, lastRow, columns, x.count);
  return resizeDown(narrow, x.count, firstRow, rows, y.count);
}

/** For each output pixel of an axis: its first input pixel, how many follow, and their weights. */
interface Taps {
  starts: Int32Array;
  counts: Int32Array;
  /** [outputs * perOutput] */
  weights: Int32Array;
  perOutput: number;
}

/** Tables kept for the next image of the same size: their number, and the most weights of each. */
const KEPT_TAPS = 64;
const MOST_WEIGHTS_KEPT = 1 << 15;
const tapsBySize = new Map<string, Taps>();

function tapsFor(inputSize: number, axis: Axis): Taps {
  const key = `${inputSize} ${axis.size} ${axis.from} ${axis.count} ${axis.repeatEdge}`;
  const kept = tapsBySize.get(key);
  if (kept !== undefined) return kept;
  const taps = computeTaps(inputSize, axis);
  if (taps.weights.length > MOST_WEIGHTS_KEPT) return taps;
  const oldest = tapsBySize.keys().next().value;
  if (tapsBySize.size >= KEPT_TAPS && oldest !== undefined) tapsBySize.delete(oldest);
  tapsBySize.set(key, taps);
  return taps;
}

function computeTaps(inputSize: number, axis: Axis): Taps {
  const scale = inputSize / axis.size;
  const support = Math.max(scale, 1);
  const perOutput = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(axis.count);
  const counts = new Int32Array(axis.count);
  const weights = new Int32Array(axis.count * perOutput);
  const raw = new Float64Array(perOutput);
  for (let output = 0; output < axis.count; output++) {
    const centre = (axis.from + output + 0.5) * scale;
    const [first, last] = [Math.floor(centre - support + 0.5), Math.floor(centre + support + 0.5)];
    const inside = (pixel: number) => Math.min(inputSize - 1, Math.max(0, pixel));
    const start = axis.repeatEdge ? inside(first) : Math.max(0, first);
    const end = axis.repeatEdge ? inside(last - 1) + 1 : Math.min(inputSize, last);
    const count = end - start;
    raw.fill(0);
    let total = 0;
    for (let pixel = axis.repeatEdge ? first : start; pixel < (axis.repeatEdge ? last : end); pixel++) {
      const weight = Math.max(0, 1 - Math.abs((pixel - centre + 0.5) * (1 / support)));
      const tap = inside(pixel) - start;
      raw[tap] = (raw[tap] as number) + weight;
      total += weight;
    }
    starts[output] = start;
    counts[output] = count;
    for (let tap = 0; tap < count; tap++) {
      const share = (raw[tap] as number) / total;
      weights[output * perOutput + tap] = Math.trunc(0.5 + share * 2 ** FRACTION_BITS);
    }
  }
  return { starts, counts, weights, perOutput };
}

function resizeAcross(
  rgb: Uint8Array,
  width: number,
  firstRow: number,
  lastRow: number,
  { starts, counts, weights, perOutput }: Taps,
  outputWidth: number,
): Uint8Array {
  const result = new Uint8Array((lastRow - firstRow) * outputWidth * 3);
  let to = 0;
  for (let row = firstRow; row < lastRow; row++) {
    for (let x = 0; x < outputWidth; x++) {
      let at = (row * width + (starts[x] as number)) * 3;
      let weightAt = x * perOutput;
      const end = weightAt + (counts[x] as number);
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      for (; weightAt < end; weightAt++, at += 3) {
        const weight = weights[weightAt] as number;
        red = (red + Math.imul(rgb[at] as number, weight)) | 0;
        green = (green + Math.imul(rgb[at + 1] as number, weight)) | 0;
        blue = (blue + Math.imul(rgb[at + 2] as number, weight)) | 0;
      }
      result[to] = red >> FRACTION_BITS;
      result[to + 1] = green >> FRACTION_BITS;
      result[to + 2] = blue >> FRACTION_BITS;
      to += 3;
    }
  }
  return result;
}

function resizeDown(
  narrow: Uint8Array,
  width: number,
  firstRow: number,
  { starts, counts, weights, perOutput }: Taps,
  outputHeight: number,
): Uint8Array {
  const stride = width * 3;
  const result = new Uint8Array(outputHeight * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < outputHeight; y++) {
    const from = ((starts[y] as number) - firstRow) * stride;
    const to = y * stride;
    // Two rows are the most where an image grows, and need no sums in between.
    if ((counts[y] as number) === 2) {
      const upper = weights[y * perOutput] as number;
      const lower = weights[y * perOutput + 1] as number;
      for (let at = 0; at < stride; at++) {
        const sum =
          HALF +
          Math.imul(narrow[from + at] as number, upper) +
          Math.imul(narrow[from + stride + at] as number, lower);
        result[to + at] = (sum | 0) >> FRACTION_BITS;
      }
      continue;
    }
    sums.fill(HALF);
    for (let tap = 0; tap < (counts[y] as number); tap++) {
      const weight = weights[y * perOutput + tap] as number;
      const row = from + tap * stride;
      for (let at = 0; at < stride; at++)
        sums[at] = ((sums[at] as number) + Math.imul(narrow[row + at] as number, weight)) | 0;
    }
    for (let at = 0; at < stride; at++) result[to + at] = (sums[at] as number) >> FRACTION_BITS;
  }
  return result;
}
