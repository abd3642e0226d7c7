import { STATUSES } from '../../domain/verdicts.ts';
import { DEFAULT_SCORE } from '../../labelQuality/scores/index.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';

const RELABELLED = STATUSES.indexOf('relabelled');
const EXCLUDED = STATUSES.indexOf('excluded');

/** Scanned, with a given label that the model knows: its label can be right or wrong. */
export function isScored(index: ReviewIndex, row: number): boolean {
  return index.given[row] !== -1 && !Number.isNaN(wrongProbability(index, row));
}

/** Calibrated probability that the given label of a row is wrong; NaN where the model cannot say. */
export function wrongProbability(index: ReviewIndex, row: number): number {
  return index.scores[DEFAULT_SCORE][row] as number;
}

export function isReviewed(index: ReviewIndex, row: number): boolean {
  return index.status[row] !== 0;
}

/** A person found the given label wrong: it was relabelled, or the image is not one that can have it. */
export function isFoundWrong(index: ReviewIndex, row: number): boolean {
  const status = index.status[row];
  return status === RELABELLED || status === EXCLUDED;
}
