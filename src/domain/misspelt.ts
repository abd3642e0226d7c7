import { EMOTIONS, emotionNames, emotionOf, normaliseClassName } from './emotions.ts';

interface Counted {
  name: string;
  count: number;
}

/** Shorter names are a letter away from too many words. */
const SHORTEST = 5;
const SHORTEST_ALONE = 6;
/** A misspelt name is rare: among all images, and compared with the name that was meant. */
const RAREST_SHARE = 0.05;
const SHARE_OF_MEANT = 0.2;

/**
 * Classes that are likely misspelt (`suprise` on 4 of 184 images beside `surprise`), with the class that was
 * meant: unknown names on few images, one typing error (two in a long word) away from a class with many more.
 */
export function misspeltClasses(classes: readonly Counted[]): Map<string, string> {
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const misspelt = new Map<string, string>();
  for (const { name, count } of classes) {
    if (!isWord(name, SHORTEST) || emotionOf(name) !== null || count > total * RAREST_SHARE) continue;
    const [nearest] = classes
      .filter((other) => other.name !== name && count <= other.count * SHARE_OF_MEANT)
      .map((other) => ({ name: other.name, slips: slipsTo(name, other.name) }))
      .filter(
        ({ slips, name: other }) =>
          slips <= allowedSlips(name) && normaliseClassName(other) !== normaliseClassName(name),
      )
      .sort((a, b) => a.slips - b.slips);
    if (nearest !== undefined) misspelt.set(name, nearest.name);
  }
  return misspelt;
}

/** The emotion that a whole class is likely a misspelling of (`suprise`, `hapiness`); null for any other name. */
export function misspeltEmotion(name: string): string | null {
  if (!isWord(name, SHORTEST_ALONE) || emotionOf(name) !== null) return null;
  const word = normaliseClassName(name);
  const [nearest] = EMOTIONS.flatMap((emotion) =>
    emotionNames(emotion)
      .filter((known) => known.length >= SHORTEST_ALONE && known[0] === word[0])
      .map((known) => ({ emotion, slips: slips(word, known) })),
  ).sort((a, b) => a.slips - b.slips);
  return nearest !== undefined && nearest.slips <= allowedSlips(name) ? nearest.emotion : null;
}

/** To the nearest of the spellings of a class: `suprised` is near `surprise`, which is `surprised` too. */
function slipsTo(name: string, other: string): number {
  const emotion = emotionOf(other);
  const spellings = [normaliseClassName(other), ...(emotion === null ? [] : emotionNames(emotion))];
  const word = normaliseClassName(name);
  const near = spellings.filter((spelling) => isWord(spelling, SHORTEST - 1));
  return Math.min(Number.POSITIVE_INFINITY, ...near.map((spelling) => slips(word, spelling)));
}

function allowedSlips(name: string): number {
  return normaliseClassName(name).length >= 7 ? 2 : 1;
}

/** `class_1` and `class_2` are no slip of the hand. */
function isWord(name: string, shortest: number): boolean {
  return /^[\p{L} ]+$/u.test(normaliseClassName(name)) && normaliseClassName(name).length >= shortest;
}

/**
 * Letters omitted, inserted, changed, or swapped with the next (Damerau and Levenshtein, optimal string
 * alignment).
 */
function slips(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(
        (row[j] as number) + 1,
        (next[j - 1] as number) + 1,
        (row[j - 1] as number) + same,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] as number) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
