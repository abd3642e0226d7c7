import { boundedLogit, logistic } from './logit.ts';

const STEPS = 60;
const FURTHEST = 40;
const LEAST = 1e-6;

/**
 * Corrects probabilities whose sum is better known than they are, as from a random sample: all log-odds are
 * shifted by one amount, so that their order stays and each stays a probability.
 * @param probabilities [n] as predicted
 * @param sum what they should add up to, in [0, n]
 * @returns the function that corrects one of them
 */
export function correctionToSum(probabilities: Float32Array, sum: number): (probability: number) => number {
  if (sum <= 0) return () => 0;
  if (sum >= probabilities.length) return () => 1;
  const odds = Float64Array.from(probabilities, (probability) => boundedLogit(probability, LEAST));
  const sumAt = (shift: number) => odds.reduce((total, value) => total + logistic(value + shift), 0);
  let [low, high] = [-FURTHEST, FURTHEST];
  for (let step = 0; step < STEPS && high - low > 1e-6; step++) {
    const middle = (low + high) / 2;
    if (sumAt(middle) < sum) low = middle;
    else high = middle;
  }
  const shift = (low + high) / 2;
  return (probability) => logistic(boundedLogit(probability, LEAST) + shift);
}
