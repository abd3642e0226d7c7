import { distanceConflict } from '../distanceConflict.ts';
import type { Score } from './score.ts';

export const neighbourConflict = {
  id: 'neighbour-conflict',
  title: 'Neighbour conflict',
  description:
    'How much closer the most similar image with a different label is than the one with the same label.',
  reference: 'd same^2 / (d same^2 + d different^2); Gröger et al., SelfClean, arXiv 2305.17048.',
  peer: 'SelfClean',
  from: 'neighbours',
  score: ({ sameLabel, otherLabel }) => distanceConflict((1 - sameLabel) ** 2, (1 - otherLabel) ** 2),
} as const satisfies Score;
