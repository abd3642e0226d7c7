import type { Score } from './score.ts';

export const mistakenness = {
  id: 'mistakenness',
  title: 'Mistakenness',
  description: 'Confidence of the model in another label.',
  reference: '(m c + 1) / 2 with c = max p, m = 1 where it contradicts the label, else -1; FiftyOne Brain.',
  peer: 'FiftyOne mistakenness',
  from: 'distribution',
  score: ({ given, bestOther }) => (bestOther > given ? 1 + bestOther : 1 - given) / 2,
} as const satisfies Score;
