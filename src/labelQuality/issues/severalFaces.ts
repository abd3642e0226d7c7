import { byFaces } from './byFaces.ts';
import type { ImageIssue } from './issue.ts';

export const severalFaces = {
  id: 'several-faces',
  title: 'Several faces',
  empty: {
    title: 'No image has several faces',
    text: 'Images with more than one appear here: each face is its own item.',
  },
  ...byFaces((found) => found > 1),
} as const satisfies ImageIssue;
