import { formatCount } from './plural.ts';

/** How names that are no exact paths were matched: by the end of the path, by the file's name, or without its extension. */
const MATCH_KINDS = ['end', 'name', 'stem'] as const;
export type MatchKind = (typeof MATCH_KINDS)[number];
export type MatchCounts = Record<MatchKind, number>;

const HOW: Record<MatchKind, string> = {
  end: 'by the end of the path',
  name: 'by file name',
  stem: 'by file name without extension',
};

export const noMatches = (): MatchCounts => ({ end: 0, name: 0, stem: 0 });

/** "12 images were matched by file name"; nothing where every name was exact. */
export function matchSentences(counts: MatchCounts): string[] {
  return MATCH_KINDS.filter((kind) => counts[kind] > 0).map((kind) => {
    const count = counts[kind];
    return `${formatCount(count)} ${count === 1 ? 'image was' : 'images were'} matched ${HOW[kind]}`;
  });
}
