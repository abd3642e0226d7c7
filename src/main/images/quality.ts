/** How well a picture can be seen, from the model's input. */
interface PictureQuality {
  /** Mean grey, 0 black to 1 white. */
  brightness: number;
  /** Variance of the Laplacian over that of the grey values: fine detail against contrast; 0 for a flat picture. */
  sharpness: number;
}

/** @param grey [side*side], from greyOf */
export function measureQuality(grey: Float64Array, side: number): PictureQuality {
  const light = new Float32Array(grey.length);
  for (let pixel = 0; pixel < light.length; pixel++) light[pixel] = (grey[pixel] as number) / 255;
  const all = momentsOf(light);
  return {
    brightness: all.mean,
    sharpness: all.variance > 1e-6 ? momentsOf(laplacianOf(light, side)).variance / all.variance : 0,
  };
}

/** [(side-2)*(side-2)] of what is inside the picture's edge. */
function laplacianOf(light: Float32Array, side: number): Float32Array {
  const inner = side - 2;
  const detail = new Float32Array(inner * inner);
  let to = 0;
  for (let y = 1; y <= inner; y++) {
    for (let at = y * side + 1, end = at + inner; at < end; at++, to++) {
      const around =
        (light[at - 1] as number) +
        (light[at + 1] as number) +
        (light[at - side] as number) +
        (light[at + side] as number);
      detail[to] = around - 4 * (light[at] as number);
    }
  }
  return detail;
}

function momentsOf(values: Float32Array): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, variance: Math.max(0, squares / values.length - mean * mean) };
}
