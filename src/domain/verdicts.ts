/** What a person decided about a label. */
export const VERDICTS = ['kept', 'relabelled', 'excluded', 'ambiguous'] as const;
export const STATUSES = ['unreviewed', ...VERDICTS] as const;

export type VerdictKind = (typeof VERDICTS)[number];
export type Status = (typeof STATUSES)[number];

/** What a verdict is for: an annotator's own, the same one asked again, or the last word on a disagreement. */
export const VERDICT_ROLES = ['vote', 'repeat', 'adjudication'] as const;
export type VerdictRole = (typeof VERDICT_ROLES)[number];
