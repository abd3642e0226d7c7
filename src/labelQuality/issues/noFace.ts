import type { ImageIssue } from './issue.ts';

const ofFaces = (found: number) => found === 0;

export const noFace = {
  id: 'no-face',
  title: 'No face found',
  empty: { title: 'A face was found in every image', text: 'Images without one appear here.' },
  occasional: true,
  ofFaces,
  find:
    ({ facesFound }) =>
    (image) =>
      ofFaces(facesFound[image] as number),
} as const satisfies ImageIssue;
