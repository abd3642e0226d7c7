/** A person's decision about a label. */
export const VERDICTS = ['kept', 'relabelled', 'excluded', 'ambiguous'] as const;
export const STATUSES = ['unreviewed', ...VERDICTS] as const;

export type VerdictKind = (typeof VERDICTS)[number];
export type Status = (typeof STATUSES)[number];

/** For people. */
export const STATUS_TITLES: Record<Status, string> = {
  unreviewed: 'Not reviewed',
  kept: 'Kept',
  relabelled: 'Relabelled',
  excluded: 'Excluded',
  ambiguous: 'Ambiguous',
};

/**
 * The role of a verdict: an annotator's own vote, the same one asked again, or the adjudication of a
 * disagreement.
 */
export const VERDICT_ROLES = ['vote', 'repeat', 'adjudication'] as const;
export type VerdictRole = (typeof VERDICT_ROLES)[number];
