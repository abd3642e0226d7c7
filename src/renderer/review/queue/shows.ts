import { type ImageSelection, SHOW_LIST, type Show } from '../../../protocol/shows.ts';

/** Of their dots in the list; of others that of plain text. */
const COLOURS: Partial<Record<Show, string>> = {
  'duplicates-different-labels': 'var(--own-1)',
  duplicates: 'var(--own-2)',
  outlier: 'var(--own-0)',
  ambiguous: 'var(--own-3)',
  unusable: 'var(--red)',
  'no-face': 'var(--red)',
  'several-faces': 'var(--own-2)',
  flagged: 'var(--amber-fill)',
  all: 'var(--line-strong)',
  unreadable: 'var(--red)',
  unlabelled: 'var(--faint)',
  'trained-on': 'var(--own-3)',
  audit: 'var(--own-0)',
  selection: 'var(--accent)',
  disagreements: 'var(--own-1)',
  share: 'var(--accent)',
  round: 'var(--accent)',
  'newly-flagged': 'var(--amber-fill)',
  'no-longer-flagged': 'var(--green-fill)',
  'suggestion-changed': 'var(--own-0)',
};

/** The selections of a queue as a person sees them. */
export const SHOWN = Object.fromEntries(
  SHOW_LIST.map((selection) => [
    selection.id,
    { ...selection, colour: COLOURS[selection.id] ?? 'var(--muted)' },
  ]),
) as Readonly<Record<Show, ImageSelection & { colour: string }>>;
