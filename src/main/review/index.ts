/** Decisions, their log, the queues, and what is shown beside an image. */

export { AnnotatorDecisions, type DecidedMany } from './annotatorDecisions.ts';
export {
  type AuditEvidence,
  auditEvidence,
  auditedIds,
  drawOverviewAudit,
  summariseAudits,
} from './audit.ts';
export { blindnessOf, readBlindness, seenDetail, writeBlindness } from './blindness.ts';
export { CurrentModel } from './currentModel.ts';
export { ClassGuidelines } from './guidelines.ts';
export type { Neighbour } from './nearestFew.ts';
export { nearestImages } from './neighbours.ts';
export { readReviewIndex } from './readReviewIndex.ts';
export { ReviewColumns } from './reviewColumns.ts';
export { ReviewQueues } from './reviewQueues.ts';
export { beginRound, endRound, readRound, roundProgress } from './round.ts';
export { isFoundWrong, isReviewed, isScored, wrongProbability } from './rowState.ts';
export { sampleDetail } from './sampleDetail.ts';
export { writeSelection } from './selection.ts';
export { type NewDecision, VerdictLog } from './verdicts.ts';
