import type { Score } from './score.ts';

export const relabelMargin = {
  id: 'scn-margin',
  title: 'Relabel margin',
  description: 'Difference between the probabilities of the most likely label and the given one.',
  reference: 'max p - p[given]; Wang et al., "Suppressing Uncertainties" (SCN), arXiv 2002.10392.',
  peer: 'SCN margin',
  from: 'distribution',
  score: ({ given, bestOther }) => Math.max(0, bestOther - given),
} as const satisfies Score;
