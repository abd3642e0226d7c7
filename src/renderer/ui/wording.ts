import { formatCount, plural } from '../../domain/plural.ts';
import { STATUS_TITLES, type Status } from '../../domain/verdicts.ts';
import type { DatasetClass, JobProgress } from '../../protocol/api.ts';
import type { Grouping, QueueGroup } from '../../protocol/queue.ts';
import type { VerdictEntry } from '../../protocol/review.ts';

export { describeDuration as formatDuration } from '../../domain/duration.ts';
export { formatPercent } from '../../domain/percent.ts';
export { formatCount, plural };

/** A probability or score with two digits, never rounded up to a certainty. */
export function formatShare(share: number): string {
  if (share > 0.99 && share < 1) return '0.99';
  return share.toFixed(2);
}

/** A message with a capital letter at its start, except for a path or a file name. */
export function asSentence(message: string): string {
  return /^[a-z]+[\s,;:]/.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const kilobytes = bytes / 1000;
  return kilobytes < 1000 ? `${kilobytes.toFixed(1)} kB` : `${(kilobytes / 1000).toFixed(1)} MB`;
}

/** The time of day; the date as well where it is another day. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  const today = time.toDateString() === new Date().toDateString();
  return today
    ? time.toLocaleTimeString(undefined, { timeStyle: 'short' })
    : time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

export const GROUPING_TITLES: Record<Grouping, string> = {
  none: 'Not grouped',
  given: 'By given label',
  suggested: 'By suggested label',
  pair: 'By both labels',
  duplicates: 'By duplicates',
  anchor: 'By closest reference face',
  run: 'By video sequence',
};

/** A verdict as a sentence's end: "relabelled as surprise". */
export function describeDecision(status: Status, label: DatasetClass | null): string {
  switch (status) {
    case 'unreviewed':
      return 'not reviewed';
    case 'kept':
      return label ? `kept ${label.title}` : 'kept';
    case 'relabelled':
      return `relabelled as ${label?.title ?? 'another label'}`;
    case 'excluded':
      return 'excluded';
    case 'ambiguous':
      return 'marked ambiguous';
  }
}

/** The effect of a bulk decision. */
export function describeDecidedMany({ changed, skipped }: { changed: number; skipped: number }): string {
  const left = skipped > 0 ? ` ${plural(skipped, 'image')} already reviewed, skipped.` : '';
  if (changed === 0) return `Nothing changed.${left}`;
  return `${plural(changed, 'decision')} saved.${left} Undo reverts ${changed === 1 ? 'it' : 'them all'}.`;
}

/** How many images a verdict would be on: "77 images, 8 already reviewed". */
export function describeTally({ images, reviewed }: { images: number; reviewed: number }): string {
  return reviewed > 0
    ? `${plural(images, 'image')}, ${formatCount(reviewed)} already reviewed`
    : plural(images, 'image');
}

/** An entry of the verdict log: "Relabelled as surprise". */
export function describeEntry(entry: VerdictEntry): string {
  if (entry.verdict === 'cleared') return 'Undone';
  const what =
    entry.verdict === 'relabelled'
      ? `Relabelled as ${entry.label ?? 'another label'}`
      : STATUS_TITLES[entry.verdict];
  return `${what}${{ vote: '', repeat: ', repeated', adjudication: ', resolved' }[entry.role]}`;
}

export const JOB_TITLES: Record<JobProgress['kind'], { name: string; running: string }> = {
  import: { name: 'Import', running: 'Importing' },
  faces: { name: 'Search for faces', running: 'Looking for faces' },
  scan: { name: 'Scan', running: 'Scanning images' },
  predictions: { name: 'Import of predictions', running: 'Checking predictions' },
  fit: { name: 'Learning', running: 'Learning from your labels' },
};

export function describeJobEnd({ kind, state, done }: JobProgress): string {
  const ends = { done: 'is done', failed: 'has failed', cancelled: 'was cancelled', running: '', paused: '' };
  return `The ${JOB_TITLES[kind].name.toLowerCase()} ${ends[state]} after ${plural(done, 'image')}.`;
}

/** What is known about a suggestion, besides its class. */
interface Suggestion {
  /** It is the given label. */
  agrees: boolean;
  /** Its pair of classes is in doubt: the model may be wrong more often than the labels. */
  held: boolean;
  /** Of being the true label; null where it is not known. */
  probability: number | null;
}

/** The words before the class that is suggested: nothing is called probable that is less likely than not. */
export function suggestionWords({ agrees, held, probability }: Suggestion): string {
  if (held && !agrees) return 'Could it be';
  const word = probability !== null && probability < 0.5 ? 'Perhaps' : 'Probably';
  return agrees ? `${word} right:` : word;
}

/** Known facts about the label, for screen readers. */
export function describeLabel(
  given: DatasetClass | null,
  suggested: DatasetClass | null,
  state: string | undefined,
  { held, probability }: Omit<Suggestion, 'agrees'> = { held: false, probability: null },
): string {
  const labelled = given ? `Labelled ${given.title}.` : 'No label.';
  if (state === 'pending') return `${labelled} Not scanned yet.`;
  if (state === 'unreadable') return `${labelled} It could not be read.`;
  if (state === 'vanished') return `${labelled} The file is gone.`;
  if (!suggested) return labelled;
  const agrees = suggested.index === given?.index;
  const words = suggestionWords({ agrees, held, probability });
  if (agrees) return `${labelled} ${words.replace(':', '.')}`;
  return `${labelled} ${words} ${suggested.title}${held ? '?' : '.'}`;
}

/** The view of the large picture: "2.3 times, 15 % brighter". */
export function describeLook({ zoom, brightness }: { zoom: number; brightness: number }): string {
  const parts = zoom === 1 ? [] : [`${zoom.toFixed(1)} times`];
  const percent = Math.round(Math.abs(brightness - 1) * 100);
  if (percent > 0) parts.push(`${percent} % ${brightness > 1 ? 'brighter' : 'darker'}`);
  return parts.join(', ');
}

/** What the images of a group have in common, other than their labels. */
export function describeCluster(grouping: Grouping, { name }: Pick<QueueGroup, 'name'>): string {
  if (name === null)
    return { duplicates: 'no duplicates', run: 'not in a sequence' }[grouping as string] ?? 'not scanned';
  return grouping === 'duplicates' ? 'duplicates' : name;
}
