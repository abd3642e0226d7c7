/** An image that a person has decided on: how likely its label was to be wrong, and whether it was. */
export interface Outcome {
  probability: number;
  wrong: boolean;
}

/**
 * Wrong labels that are assumed to have been found besides the outcomes, exactly as expected: a few outcomes
 * change little.
 */
const ASSUMED_FOUND = 5;

/**
 * Corrects wrong-label probabilities by what people have found so far, by the ratio of found to expected
 * errors. If it is below 1, probabilities are multiplied by it, so that those near 0 stay there: a flatter
 * curve through the outcomes, as in Platt scaling, would make the many undoubted labels suspect. If it is
 * above 1, the odds are multiplied by it. The order stays.
 * @param outcomes [n] reviewed labels
 * @returns the function that corrects one probability, from [0, 1] to [0, 1]
 */
export function learnFromOutcomes(outcomes: readonly Outcome[]): (probability: number) => number {
  const found = outcomes.filter(({ wrong }) => wrong).length;
  const expected = outcomes.reduce((sum, { probability }) => sum + probability, 0);
  const times = (found + ASSUMED_FOUND) / (expected + ASSUMED_FOUND);
  if (times <= 1) return (probability) => times * probability;
  return (probability) => (times * probability) / (1 - probability + times * probability);
}
