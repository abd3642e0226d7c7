/** An image that a person has decided on: how likely its label was to be wrong, and whether it was. */
export interface Outcome {
  probability: number;
  wrong: boolean;
}

/** Wrong labels that are assumed to have been found beside the outcomes, just as expected: a few outcomes move little. */
const ASSUMED_FOUND = 5;

/**
 * Corrects probabilities of being wrong by what people have found so far, in the proportion of what was found to what was expected. Where it is
 * less, probabilities are lowered in that proportion, so that those near 0 stay there: a flatter curve through the outcomes, as Platt scaling fits
 * one, would take the many labels that nobody doubts for wrong. Where it is more, the odds rise in that proportion. The order stays.
 * @returns what corrects one probability
 */
export function learnFromOutcomes(outcomes: readonly Outcome[]): (probability: number) => number {
  const found = outcomes.filter(({ wrong }) => wrong).length;
  const expected = outcomes.reduce((sum, { probability }) => sum + probability, 0);
  const times = (found + ASSUMED_FOUND) / (expected + ASSUMED_FOUND);
  if (times <= 1) return (probability) => times * probability;
  return (probability) => (times * probability) / (1 - probability + times * probability);
}
