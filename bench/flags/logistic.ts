export interface LogisticRow {
  features: number[];
  positive: boolean;
  /** Adds up to 1 over all rows. */
  weight: number;
}

export interface LogisticFit {
  intercept: number;
  /** In the features' own units; none is negative. */
  weights: number[];
}

/** Strength of the pull of standardised weights to zero. */
const RIDGE = 0.002;
const STEPS = 3000;

/** Logistic regression with weights that are not negative, on standardised features, by projected descent. */
export function fitLogistic(rows: readonly LogisticRow[]): LogisticFit {
  const size = rows[0]?.features.length ?? 0;
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const means = Array.from(
    { length: size },
    (_, f) => rows.reduce((sum, { features, weight }) => sum + (features[f] as number) * weight, 0) / total,
  );
  const deviations = means.map((mean, f) => {
    const variance = rows.reduce(
      (sum, row) => sum + ((row.features[f] as number) - mean) ** 2 * row.weight,
      0,
    );
    return Math.sqrt(variance / total) || 1;
  });
  const columns = means.map((mean, f) =>
    Float64Array.from(rows, ({ features }) => ((features[f] as number) - mean) / (deviations[f] as number)),
  );
  const weight = Float64Array.from(rows, (row) => row.weight / total);
  const truth = Uint8Array.from(rows, ({ positive }) => (positive ? 1 : 0));

  const scaled = new Array<number>(size).fill(0);
  let bias = 0;
  const rate = 4 / (1 + size); // the loss of standardised features is at most (1 + size) / 4 curved
  for (let step = 0; step < STEPS; step++) {
    const gradient = new Array<number>(size).fill(0);
    let biasGradient = 0;
    for (let i = 0; i < rows.length; i++) {
      let value = bias;
      for (let f = 0; f < size; f++)
        value += (scaled[f] as number) * ((columns[f] as Float64Array)[i] as number);
      const error = (1 / (1 + Math.exp(-value)) - (truth[i] as number)) * (weight[i] as number);
      biasGradient += error;
      for (let f = 0; f < size; f++) {
        gradient[f] = (gradient[f] as number) + error * ((columns[f] as Float64Array)[i] as number);
      }
    }
    bias -= rate * biasGradient;
    let change = Math.abs(biasGradient);
    for (let f = 0; f < size; f++) {
      const before = scaled[f] as number;
      scaled[f] = Math.max(0, before - rate * ((gradient[f] as number) + RIDGE * before));
      change = Math.max(change, Math.abs((scaled[f] as number) - before));
    }
    if (change < 1e-6) break;
  }
  const weights = scaled.map((value, f) => value / (deviations[f] as number));
  return {
    intercept: bias - weights.reduce((sum, value, f) => sum + value * (means[f] as number), 0),
    weights,
  };
}

export function probabilityOf(features: readonly number[], { intercept, weights }: LogisticFit): number {
  const value = weights.reduce((sum, weight, f) => sum + weight * (features[f] as number), intercept);
  return 1 / (1 + Math.exp(-value));
}
