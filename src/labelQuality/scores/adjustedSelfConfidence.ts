import { CLEANLAB } from './cleanlab.ts';
import type { Score } from './score.ts';
import { selfConfidence } from './selfConfidence.ts';

export const adjustedSelfConfidence = {
  id: 'adjusted-self-confidence',
  title: 'Self-confidence, class-adjusted',
  description: 'Self-confidence, less the model’s average for each class.',
  reference: `Self-confidence of p minus the classes' thresholds, renormalised; ${CLEANLAB}.`,
  peer: 'cleanlab adjusted self-confidence',
  from: 'adjusted distribution',
  score: selfConfidence.score,
} as const satisfies Score;
