/** Side of a mean face. */
export const FACE_SIDE = 56;
export const FACE_PIXELS = FACE_SIDE * FACE_SIDE;

/** An image with less deviation of its grey values is one colour: it says nothing about faces. */
const LEAST_DEVIATION = 4;

/** Adds up faces of equal weight, whatever their brightness and contrast. */
export class MeanFace {
  readonly #sum = new Float64Array(FACE_PIXELS);
  #images = 0;

  get images(): number {
    return this.#images;
  }

  /** @param input RGB [side*side*3], as a model sees it; `side` a multiple of FACE_SIDE */
  add(input: Uint8Array, side: number): void {
    const grey = shrink(input, side);
    const mean = grey.reduce((sum, value) => sum + value, 0) / FACE_PIXELS;
    const deviation = Math.sqrt(grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / FACE_PIXELS);
    if (deviation < LEAST_DEVIATION) return;
    this.#images++;
    for (let at = 0; at < FACE_PIXELS; at++) {
      this.#sum[at] = (this.#sum[at] as number) + ((grey[at] as number) - mean) / deviation;
    }
  }

  /** [FACE_SIDE, FACE_SIDE] */
  mean(): Float64Array {
    return this.#sum.map((sum) => sum / Math.max(1, this.#images));
  }
}

export function canBeFramed(inputSize: number): boolean {
  return inputSize > 0 && inputSize % FACE_SIDE === 0;
}

/** Mean grey of each square of pixels. */
function shrink(input: Uint8Array, side: number): Float64Array {
  const step = side / FACE_SIDE;
  const grey = new Float64Array(FACE_PIXELS);
  for (let y = 0; y < side; y++) {
    const row = Math.floor(y / step) * FACE_SIDE;
    for (let x = 0; x < side; x++) {
      const from = (y * side + x) * 3;
      const sum = (input[from] as number) + (input[from + 1] as number) + (input[from + 2] as number);
      const at = row + Math.floor(x / step);
      grey[at] = (grey[at] as number) + sum;
    }
  }
  return grey.map((sum) => sum / (3 * step * step));
}

/** A face and its mirror image, half of each: the mean of enough faces looks straight ahead. */
export function mirrored(face: Float64Array): Float64Array {
  return face.map((value, at) => {
    const x = at % FACE_SIDE;
    return (value + (face[at - x + FACE_SIDE - 1 - x] as number)) / 2;
  });
}
