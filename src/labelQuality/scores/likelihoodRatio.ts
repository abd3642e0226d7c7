import type { Score } from './score.ts';

export const likelihoodRatio = {
  id: 'likelihood-ratio',
  title: 'Likelihood ratio',
  description: 'How much likelier the best other label is than the given one; 50 % where they are even.',
  reference: 'log(best other / given) through the logistic function, which is best / (best + given).',
  peer: null,
  from: 'distribution',
  score: ({ given, bestOther }) => (given + bestOther > 0 ? bestOther / (given + bestOther) : 0.5),
} as const satisfies Score;
