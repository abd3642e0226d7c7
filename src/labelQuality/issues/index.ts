import { ambiguous } from './ambiguous.ts';
import { duplicates } from './duplicates.ts';
import { duplicatesWithDifferentLabels } from './duplicatesWithDifferentLabels.ts';
import type { ImageIssue, IssueColumns } from './issue.ts';
import { lowQuality } from './lowQuality.ts';
import { noFace } from './noFace.ts';
import { outlier } from './outlier.ts';
import { severalFaces } from './severalFaces.ts';
import { unusable } from './unusable.ts';

export type { ImageIssue, IssueColumns } from './issue.ts';

/**
 * What is found about images and labels besides wrong classes. The queue's selections, their counts and the cleaned
 * CSV derive theirs from this list: a new issue is a file and a line at its end. Project files keep an image's issues as
 * bits in this order.
 */
export const ISSUE_LIST = [
  duplicatesWithDifferentLabels,
  duplicates,
  outlier,
  ambiguous,
  lowQuality,
  unusable,
  noFace,
  severalFaces,
] as const satisfies readonly ImageIssue[];

export type Issue = (typeof ISSUE_LIST)[number]['id'];
export const ISSUES = ISSUE_LIST.map(({ id }) => id) as [Issue, ...Issue[]];

const OF_FACES = ISSUE_LIST.filter((issue) => 'ofFaces' in issue);
/** Issues that a face detector finds, and no fit. */
export const FACE_ISSUES: readonly Issue[] = OF_FACES.map(({ id }) => id);

/** The issues that follow from the number of faces in an image. */
export function faceIssues(found: number): Issue[] {
  return OF_FACES.filter(({ ofFaces }) => ofFaces(found)).map(({ id }) => id);
}

/** A set of issues as bits, in the order of the list; there is room for 31. */
export function issueBits(of: readonly Issue[]): number {
  return of.reduce((bits, issue) => bits | (1 << ISSUES.indexOf(issue)), 0);
}

/** The set that issueBits made. */
export function issuesOf(bits: number): Issue[] {
  return ISSUES.filter((_, index) => (bits & (1 << index)) !== 0);
}

/** [N] issues of each image, as bits. */
export function findIssues(columns: IssueColumns): Uint32Array {
  const finders = ISSUE_LIST.map(({ id, find }) => ({ bit: issueBits([id]), has: find(columns) }));
  return Uint32Array.from(columns.labels, (_, image) =>
    finders.reduce((bits, { bit, has }) => (has(image) ? bits | bit : bits), 0),
  );
}
