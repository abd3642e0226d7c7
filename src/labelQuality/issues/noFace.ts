import { byFaces } from './byFaces.ts';
import type { ImageIssue } from './issue.ts';

export const noFace = {
  id: 'no-face',
  title: 'No face found',
  empty: { title: 'A face was found in every image', text: 'Images without one appear here.' },
  ...byFaces((found) => found === 0),
} as const satisfies ImageIssue;
