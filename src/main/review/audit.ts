import { AppError } from '../../domain/errors.ts';
import { drawSample, seededRandom } from '../../labelQuality/random.ts';
import type { AuditSummary } from '../../protocol/overview.ts';
import type { Audit, ProjectFile } from '../project/index.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';
import { isFoundWrong, isReviewed, isScored } from './rowState.ts';

/**
 * The current result of a random sample: its images in order, up to the first unreviewed one. Reviewed images
 * after that do not count: the queue led to them, so they are suspects and no random sample.
 */
export interface AuditEvidence {
  /** Of each row of the index, 1 for an image of the sample that counts. */
  counts: Uint8Array;
  /** Of each row, 1 for an image that had no verdict when the sample was drawn. */
  frame: Uint8Array;
}

/** The evidence of those samples that say anything. */
export function auditEvidence(index: ReviewIndex, audits: readonly Audit[]): AuditEvidence[] {
  return audits.flatMap((audit) => {
    const counts = new Uint8Array(index.size);
    const reviewed = reviewedFirst(index, audit);
    if (reviewed.length === 0) return [];
    for (const row of reviewed) counts[row] = 1;
    const frame = new Uint8Array(index.size).fill(1);
    for (const id of audit.reviewedBefore) {
      const row = index.rowOf(id);
      if (row !== undefined) frame[row] = 0;
    }
    return [{ counts, frame }];
  });
}

/** Rows of a sample in its order, up to the first one without a verdict. */
function reviewedFirst(index: ReviewIndex, audit: Audit): number[] {
  const rows = audit.sampleIds.flatMap((id) => index.rowOf(id) ?? []).filter((row) => isScored(index, row));
  const open = rows.findIndex((row) => !isReviewed(index, row));
  return open === -1 ? rows : rows.slice(0, open);
}

/** All images drawn at random, in the order of their review. */
export function auditedIds(audits: readonly Audit[]): number[] {
  return [...new Set(audits.flatMap(({ sampleIds }) => sampleIds))];
}

/** Null where no sample was drawn. */
export function summariseAudits(index: ReviewIndex, audits: readonly Audit[]): AuditSummary | null {
  const last = audits.at(-1);
  if (last === undefined) return null;
  const rows = auditedIds(audits).flatMap((id) => index.rowOf(id) ?? []);
  return {
    drawnAt: last.drawnAt,
    samples: audits.length,
    size: rows.length,
    reviewed: rows.filter((row) => isReviewed(index, row)).length,
    wrong: rows.filter((row) => isFoundWrong(index, row)).length,
    counted: new Set(audits.flatMap((audit) => reviewedFirst(index, audit))).size,
  };
}

/**
 * Draws a random sample of the images without a decision.
 * @param scored whether a row's label can be right or wrong, if the index hides that
 * @throws AppError `nothing-scanned` if no image without a decision has been scanned
 */
export function drawAudit(
  index: ReviewIndex,
  size: number,
  seed: number,
  scored: (row: number) => boolean = (row) => isScored(index, row),
): Omit<Audit, 'id' | 'roundOf'> {
  const open: number[] = [];
  const reviewedBefore: number[] = [];
  for (let row = 0; row < index.size; row++) {
    const id = index.id[row] as number;
    if (index.status[row] !== 0) reviewedBefore.push(id);
    else if (scored(row)) open.push(id);
  }
  if (open.length === 0) {
    throw new AppError(
      'nothing-scanned',
      'there is no unreviewed image to draw from',
      'Scan the dataset first. If every image is reviewed, there is nothing left to estimate.',
    );
  }
  const sampleIds = drawSample(open, size, seededRandom(seed));
  return { drawnAt: new Date().toISOString(), seed, sampleIds, reviewedBefore };
}

/**
 * Draws a sample for the Overview, replacing the unreviewed images of earlier ones. Those that were reviewed
 * still count, and samples of rounds are unchanged.
 * @throws AppError `nothing-scanned`
 */
export function drawOverviewAudit(
  project: ProjectFile,
  index: ReviewIndex,
  size: number,
  seed: number,
): void {
  const drawn = drawAudit(index, size, seed);
  project.transaction(() => {
    for (const audit of project.audits.all()) {
      if (audit.roundOf === null) project.audits.keepFirst(audit.id, reviewedFirst(index, audit).length);
    }
    project.audits.add({ ...drawn, roundOf: null });
  });
}
