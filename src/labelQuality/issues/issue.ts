/** The inputs for finding a dataset's issues. N images, L classes; NaN for unknown values. */
export interface IssueColumns {
  /** [N*L] */
  distributions: ArrayLike<number>;
  classes: number;
  /** [N] class, or -1 */
  labels: ArrayLike<number>;
  /** [N] images of one group are duplicates */
  groups: ArrayLike<number>;
  /** [N] cosine of the most similar other image */
  similarity: ArrayLike<number>;
  /** [N] of the shorter side, in pixels */
  side: ArrayLike<number>;
  /** [N] mean, 0 to 1 */
  brightness: ArrayLike<number>;
  /** [N] share of the contrast that is in fine detail */
  sharpness: ArrayLike<number>;
  /** [N] 0 unusable to 1, if the model gives it */
  faceQuality: ArrayLike<number>;
  /** [N] faces found in the photograph */
  facesFound: ArrayLike<number>;
}

/** Something about an image or its label other than a wrong class. */
export interface ImageIssue {
  /** Names it in requests and in the cleaned CSV. */
  id: string;
  title: string;
  /** Text when no image has it. */
  empty: { title: string; text: string };
  /** Not every dataset is searched for it: it is offered only where images have it. */
  occasional?: true;
  /** Whether so many faces in a photograph are this issue: found by a face detector before the model has run. */
  ofFaces?: (found: number) => boolean;
  /** Looks at the whole dataset once. @returns which images have it, by their index */
  find: (columns: IssueColumns) => (image: number) => boolean;
}
