/** Projects F features to `size` numbers: their mean is subtracted, then they are multiplied. */
export interface FeatureProjection {
  /** [F] */
  mean: Float32Array;
  /** [F, size], row by row */
  matrix: Float32Array;
}

/** @param features [F] @returns [size] */
export function project({ mean, matrix }: FeatureProjection, features: Float32Array): Float32Array {
  const size = matrix.length / mean.length;
  const projected = new Float64Array(size);
  for (let f = 0; f < mean.length; f++) {
    const centred = (features[f] as number) - (mean[f] as number);
    const row = f * size;
    for (let at = 0; at < size; at++)
      projected[at] = (projected[at] as number) + centred * (matrix[row + at] as number);
  }
  return Float32Array.from(projected);
}

export function encodeProjection({ mean, matrix }: FeatureProjection): Buffer {
  const values = new Float32Array(mean.length + matrix.length);
  values.set(mean);
  values.set(matrix, mean.length);
  return Buffer.from(values.buffer);
}

/** @param modelSize F */
export function decodeProjection(bytes: Uint8Array, modelSize: number): FeatureProjection {
  const values = new Float32Array(new Uint8Array(bytes).buffer);
  return { mean: values.slice(0, modelSize), matrix: values.slice(modelSize) };
}
