import { CLEANLAB } from './cleanlab.ts';
import type { Score } from './score.ts';

/** cleanlab's floor for a probability that is divided by. */
const LEAST_PROBABILITY = 1e-6;

export const weightedEntropy = {
  id: 'weighted-entropy',
  title: 'Weighted entropy',
  description: 'Uncertainty of the model, weighted by how improbable the given label is.',
  reference: `1 - ln(1 + r) / r with r = normalised entropy / p[given]; ${CLEANLAB}.`,
  peer: 'cleanlab weighted entropy',
  from: 'distribution',
  score: ({ given, entropy }) => {
    const ratio = Math.max(LEAST_PROBABILITY, entropy / Math.max(LEAST_PROBABILITY, given));
    return 1 - Math.log1p(ratio) / ratio;
  },
} as const satisfies Score;
