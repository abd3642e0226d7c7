import { CLEANLAB } from './cleanlab.ts';
import type { Score } from './score.ts';

export const selfConfidence = {
  id: 'self-confidence',
  title: 'Self-confidence',
  description: '1 minus the probability of the given label.',
  reference: `1 - p[given]; ${CLEANLAB}.`,
  peer: 'cleanlab self-confidence',
  from: 'distribution',
  score: ({ given }) => 1 - given,
} as const satisfies Score;
