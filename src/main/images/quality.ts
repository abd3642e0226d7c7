/** How well a picture can be seen, from the model's input. */
export interface PictureQuality {
  /** Mean grey, 0 black to 1 white. */
  brightness: number;
  /** Variance of the Laplacian over that of the grey values: fine detail against contrast; 0 for a flat picture. */
  sharpness: number;
}

/** @param modelInput RGB [side*side*3] */
export function measureQuality(modelInput: Uint8Array, side: number): PictureQuality {
  const grey = new Float32Array(side * side);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const at = pixel * 3;
    grey[pixel] =
      (0.299 * (modelInput[at] as number) +
        0.587 * (modelInput[at + 1] as number) +
        0.114 * (modelInput[at + 2] as number)) /
      255;
  }
  const detail = new Float32Array((side - 2) * (side - 2));
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const at = y * side + x;
      const around =
        (grey[at - 1] as number) +
        (grey[at + 1] as number) +
        (grey[at - side] as number) +
        (grey[at + side] as number);
      detail[(y - 1) * (side - 2) + x - 1] = around - 4 * (grey[at] as number);
    }
  }
  const all = momentsOf(grey);
  return {
    brightness: all.mean,
    sharpness: all.variance > 1e-6 ? momentsOf(detail).variance / all.variance : 0,
  };
}

function momentsOf(values: Float32Array): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, variance: Math.max(0, squares / values.length - mean * mean) };
}
