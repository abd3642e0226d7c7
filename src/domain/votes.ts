import type { VerdictKind } from './verdicts.ts';

/** One annotator's vote on an image. */
export interface Vote {
  annotator: string;
  verdict: VerdictKind;
  /** Label of the dataset after the decision: the given one if it was kept; null if there is none. */
  label: string | null;
}

/** The label of a vote, for comparing: keeping `sad` and setting `sad` are the same. */
export function outcomeOf({ verdict, label }: Pick<Vote, 'verdict' | 'label'>): string {
  if (verdict === 'excluded' || verdict === 'ambiguous') return `(${verdict})`;
  return label ?? '(no label)';
}

/** The vote that counts: the newest of the majority, or in a tie the newest of all. Oldest first. */
export function majorityVote<OneVote extends Vote>(votes: readonly OneVote[]): OneVote | null {
  const counts = new Map<string, number>();
  for (const vote of votes) counts.set(outcomeOf(vote), (counts.get(outcomeOf(vote)) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return votes.findLast((vote) => counts.get(outcomeOf(vote)) === most) ?? null;
}

/** Share of the votes for each label, those that set one; most first, then by name. */
export function softLabels(votes: readonly Vote[]): { label: string; share: number; count: number }[] {
  const labels = votes.flatMap(({ verdict, label }) =>
    (verdict === 'kept' || verdict === 'relabelled') && label !== null ? [label] : [],
  );
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .map(([label, count]) => ({ label, count, share: count / labels.length }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}

/** `label=share` joined by `;`, escaped as formatVotes does. */
export function formatSoftLabels(votes: readonly Vote[]): string {
  return softLabels(votes)
    .map(({ label, share }) => `${escaped(label)}=${share.toFixed(4)}`)
    .join(';');
}

const ESCAPED = /[%;=]/g;
const escaped = (text: string) => text.replace(ESCAPED, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
const plain = (text: string) =>
  text.replace(/%(25|3b|3d)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** `name=outcome` joined by `;`, with `%`, `;` and `=` inside names as `%25`, `%3b`, `%3d`. */
export function formatVotes(votes: readonly Vote[]): string {
  return votes.map((vote) => `${escaped(vote.annotator)}=${escaped(outcomeOf(vote))}`).join(';');
}

/**
 * Names of annotators joined by `;`. A `;` inside a name is `%3b`, and a `%` that would then be ambiguous is
 * `%25`; every other name is unchanged.
 */
export function formatAnnotators(names: readonly string[]): string {
  return names.map((name) => name.replace(/%(?=25|3b)/gi, '%25').replaceAll(';', '%3b')).join(';');
}

/** The reverse of formatAnnotators. */
export function parseAnnotators(text: string): string[] {
  return text
    .split(';')
    .filter((name) => name !== '')
    .map((name) => name.replace(/%25(?=25|3b)|%3b/gi, (sign) => (sign.startsWith('%2') ? '%' : ';')));
}

/** The reverse of formatVotes. Null for text that is not of that form. */
export function parseVotes(text: string): { annotator: string; outcome: string }[] | null {
  if (text === '') return [];
  const votes: { annotator: string; outcome: string }[] = [];
  for (const part of text.split(';')) {
    const [annotator, outcome, ...more] = part.split('=');
    if (!annotator || outcome === undefined || more.length > 0) return null;
    votes.push({ annotator: plain(annotator), outcome: plain(outcome) });
  }
  return votes;
}
