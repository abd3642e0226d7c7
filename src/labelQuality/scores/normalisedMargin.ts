import { CLEANLAB } from './cleanlab.ts';
import type { Score } from './score.ts';

export const normalisedMargin = {
  id: 'normalised-margin',
  title: 'Normalised margin',
  description: 'Difference between the probabilities of the best other label and the given one.',
  reference: `1 - (p[given] - max other + 1) / 2; ${CLEANLAB}.`,
  peer: 'cleanlab margin',
  from: 'distribution',
  score: ({ given, bestOther }) => 1 - (given - bestOther + 1) / 2,
} as const satisfies Score;
