/** ln of the odds. */
export function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** As logit, and finite for 0 and 1: no probability is so certain that evidence could not change it. */
export function boundedLogit(probability: number, least: number): number {
  return logit(Math.min(1 - least, Math.max(least, probability)));
}

/** The probability of a logit. */
export function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
