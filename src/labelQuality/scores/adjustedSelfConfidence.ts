import { CLEANLAB } from './cleanlab.ts';
import type { Score } from './score.ts';

export const adjustedSelfConfidence = {
  id: 'adjusted-self-confidence',
  title: 'Self-confidence, class-adjusted',
  description: 'Self-confidence, less the model’s average for each class.',
  reference: `Self-confidence of p minus the classes' thresholds, renormalised; ${CLEANLAB}.`,
  score: null,
} as const satisfies Score;
