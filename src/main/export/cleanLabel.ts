import type { Status, VerdictKind } from '../../domain/verdicts.ts';
import type { ExportRequest } from '../../protocol/api.ts';

/** `auto`: the suggestion of an unreviewed flag, taken by rule at export. */
export type ExportStatus = Status | 'auto';

/** A label and what is known of it; classes by their index, null for none. */
export interface ReviewedLabel {
  given: number | null;
  /** Null where nobody has decided. */
  verdict: VerdictKind | null;
  /** The class that was decided on. */
  decided: number | null;
  flagged: boolean;
  /** 0 where there is none. */
  score: number;
  suggested: number | null;
}

/** A label as it is exported. */
export interface CleanLabel {
  status: ExportStatus;
  /** Null for none. */
  clean: number | null;
}

/** What a request makes of a label; null for an image that it leaves out. */
export function cleanLabel(request: ExportRequest, label: ReviewedLabel): CleanLabel | null {
  const { given, verdict, flagged } = label;
  if (request.what === 'reviewed' && verdict === null) return null;
  let status: ExportStatus = verdict ?? 'unreviewed';
  if (verdict === null && flagged) {
    if (request.unreviewed === 'drop') return null;
    if (request.unreviewed === 'suggestion' && label.score >= request.above) status = 'auto';
  }
  const clean = {
    unreviewed: given,
    kept: given,
    ambiguous: given,
    excluded: null,
    relabelled: label.decided,
    auto: label.suggested,
  }[status];
  if (request.what === 'changed' && clean === given && status !== 'excluded') return null;
  return { status, clean };
}
