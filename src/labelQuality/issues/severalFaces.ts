import type { ImageIssue } from './issue.ts';

const ofFaces = (found: number) => found > 1;

export const severalFaces = {
  id: 'several-faces',
  title: 'Several faces',
  empty: {
    title: 'No image has several faces',
    text: 'Images with more than one appear here: each face is its own item.',
  },
  occasional: true,
  ofFaces,
  find:
    ({ facesFound }) =>
    (image) =>
      ofFaces(facesFound[image] as number),
} as const satisfies ImageIssue;
