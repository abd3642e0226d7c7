import { formatSoftLabels, formatVotes, majorityVote, outcomeOf, type Vote } from '../../shared/votes.ts';
import type { FileDecision } from './decisionFile.ts';

/** One image of a merged file. */
export interface MergedDecision {
  image: string;
  label_clean: string;
  status: string;
  annotator: string;
  decided_at: string;
  votes: string;
  label_soft: string;
}

export interface MergedDecisions {
  rows: MergedDecision[];
  annotators: string[];
  /** Images that more than one annotator judged. */
  shared: number;
  /** Of those, the ones on which they differ. */
  disagreements: number;
}

/**
 * Joins annotators' decisions, one row per image in the order in which the images first come: the majority's
 * label, of a tie the newest, and every vote beside it. Of one annotator's decisions on an image the newest counts.
 */
export function mergeDecisions(decisions: readonly FileDecision[]): MergedDecisions {
  const merged: MergedDecisions = { rows: [], annotators: [], shared: 0, disagreements: 0 };
  merged.annotators = [...new Set(decisions.map(({ annotator }) => annotator))].sort();
  for (const [image, ofImage] of Map.groupBy(decisions, (decision) => decision.image)) {
    const votes = newestOfEach(ofImage).map(asVote);
    const outcomes = new Set(votes.map(outcomeOf)).size;
    if (votes.length > 1) merged.shared++;
    if (outcomes > 1) merged.disagreements++;
    const standing = majorityVote(votes);
    if (standing === null) continue;
    const { verdict, label, decidedAt } = standing;
    merged.rows.push({
      image,
      label_clean: verdict === 'excluded' ? '' : (label ?? ''),
      status: verdict,
      annotator: votes.map(({ annotator }) => annotator).join(';'),
      decided_at: decidedAt,
      votes: formatVotes(votes),
      label_soft: formatSoftLabels(votes),
    });
  }
  return merged;
}

function newestOfEach(decisions: readonly FileDecision[]): FileDecision[] {
  const newest = new Map<string, FileDecision>();
  for (const decision of decisions.toSorted((a, b) => (a.decidedAt < b.decidedAt ? -1 : 1))) {
    newest.delete(decision.annotator);
    newest.set(decision.annotator, decision);
  }
  return [...newest.values()];
}

function asVote({ annotator, outcome, decidedAt }: FileDecision): Vote & { decidedAt: string } {
  if (outcome.kind !== 'label') return { annotator, verdict: outcome.kind, label: null, decidedAt };
  return { annotator, verdict: outcome.kept ? 'kept' : 'relabelled', label: outcome.label, decidedAt };
}
