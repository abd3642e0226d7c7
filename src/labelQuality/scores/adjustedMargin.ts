import { CLEANLAB } from './cleanlab.ts';
import { normalisedMargin } from './normalisedMargin.ts';
import type { Score } from './score.ts';

export const adjustedMargin = {
  id: 'adjusted-margin',
  title: 'Margin, class-adjusted',
  description: 'Margin, less the model’s average for each class.',
  reference: `Normalised margin of p minus the classes' thresholds, renormalised; ${CLEANLAB}.`,
  peer: 'cleanlab adjusted margin',
  from: 'adjusted distribution',
  score: normalisedMargin.score,
} as const satisfies Score;
