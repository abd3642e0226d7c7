import { FLAGGED_AT } from './flagThreshold.ts';
import { type Interval, wilsonInterval } from './intervals.ts';
import { drawSample, seededRandom } from './random.ts';

/**
 * Doubt about the model itself, by pairs of classes. If a large share of one class is flagged towards one
 * other class, either the labels are wrong, or the model sees that class differently from the people who
 * labelled the dataset. Only a person can tell, from a few images. How large the share is:
 * bench/flags/pairDoubt.ts.
 */
export interface PairDoubt {
  /** Class of the labels, and the one that the model sees in their place. */
  given: number;
  suggested: number;
  /** Labels of the class that can be checked, and those of them that are flagged towards the other class. */
  scored: number;
  flagged: number;
  /** Sample ids that decide, drawn at random from the flagged ones. */
  sample: number[];
}

/** Of a sample, what has been decided. */
export interface PairOutcome {
  reviewed: number;
  /** Labels that were wrong. */
  wrong: number;
}

export type PairState = 'open' | 'confirmed' | 'refuted';

export const REVIEWED_FIRST = 10;
export const LARGE_SHARE = 0.3;
/** Of fewer flagged labels, those to decide on first would be half. */
const FEWEST_FLAGGED = 20;

interface ScoredLabels {
  /** [N] sample ids */
  ids: ArrayLike<number>;
  /** [N] class, or -1 */
  labels: ArrayLike<number>;
  /** [N] most likely other class, or -1 */
  alternative: ArrayLike<number>;
  /** [N] probability that the label is wrong; NaN where there is none */
  wrong: ArrayLike<number>;
}

/** The pairs that need a person's look, the same for the same labels. */
export function findDoubtfulPairs({ ids, labels, alternative, wrong }: ScoredLabels): PairDoubt[] {
  const scored = new Map<number, number>();
  const flagged = new Map<string, number[]>();
  for (let image = 0; image < labels.length; image++) {
    const [given, other] = [labels[image] as number, alternative[image] as number];
    if (given < 0 || Number.isNaN(wrong[image])) continue;
    scored.set(given, (scored.get(given) ?? 0) + 1);
    if (other < 0 || (wrong[image] as number) < FLAGGED_AT) continue;
    const pair = `${given} ${other}`;
    const images = flagged.get(pair);
    if (images === undefined) flagged.set(pair, [image]);
    else images.push(image);
  }
  const doubts: PairDoubt[] = [];
  for (const [pair, images] of flagged) {
    const [given, suggested] = pair.split(' ').map(Number) as [number, number];
    const all = scored.get(given) as number;
    if (images.length < FEWEST_FLAGGED || images.length < LARGE_SHARE * all) continue;
    const random = seededRandom(1 + 1009 * given + suggested);
    const candidates = images.map((image) => ids[image] as number);
    const sample = drawSample(candidates, REVIEWED_FIRST, random);
    doubts.push({ given, suggested, scored: all, flagged: images.length, sample });
  }
  return doubts;
}

/** Most of what was decided decides; before that the doubt is open. */
export function pairState({ reviewed, wrong }: PairOutcome, sampled: number): PairState {
  if (reviewed < sampled) return 'open';
  return 2 * wrong >= reviewed ? 'confirmed' : 'refuted';
}

/**
 * Share of a pair's flagged labels that are wrong, by what was decided of the sample: its mean under an even prior, and the range that its
 * interval leaves, which is everything before the first decision.
 */
export function shareOfPair({ reviewed, wrong }: PairOutcome): Interval {
  const { low, high } = wilsonInterval(wrong, reviewed);
  return { estimate: (wrong + 1) / (reviewed + 2), low, high };
}

/** @param given the class's name @param missing images of the sample without a decision */
export function describePairDoubt(readBy: string, given: string, missing: number): string {
  return `${readBy} may see ${given} differently from this dataset. Review ${missing} first.`;
}
