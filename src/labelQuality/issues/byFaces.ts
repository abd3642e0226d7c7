import type { ImageIssue } from './issue.ts';

/** What an issue has that follows from the number of faces in a photograph. */
export function byFaces(ofFaces: (found: number) => boolean) {
  return {
    occasional: true,
    ofFaces,
    find:
      ({ facesFound }) =>
      (image) =>
        ofFaces(facesFound[image] as number),
  } as const satisfies Partial<ImageIssue>;
}
