import type { Score } from './score.ts';

export const anchorDistance = {
  id: 'anchor-distance',
  title: 'Anchor distance',
  description: 'How much closer the closest reference face of another class is than that of the given class.',
  reference: 'd own / (d own + d other), the distances of Eq. 12; GReFEL, arXiv 2410.15927.',
  peer: null,
  from: 'elsewhere',
  score: null,
} as const satisfies Score;
