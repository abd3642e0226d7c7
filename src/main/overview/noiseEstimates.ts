import {
  addProbability,
  type CountedFrame,
  estimateWrong,
  expectedCount,
  type Interval,
  noProbabilities,
  rescale,
  wilsonInterval,
} from '../../labelQuality/intervals.ts';
import type { AuditEvidence } from '../review/index.ts';
import { isFoundWrong, isReviewed, isScored, wrongProbability } from '../review/index.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';

/** With fewer reviewed images a random sample says too little. */
const FEWEST_AUDITED = 20;

export interface NoiseEstimate {
  /** Wrong labels in all, found ones included. */
  estimated: Interval;
  /** Wrong labels among the images without a verdict. */
  left: Interval;
  scored: number;
  unreviewed: number;
  reviewed: number;
  /** Found by a person. */
  wrong: number;
  estimatedFrom: 'audit' | 'probabilities';
}

/** The same as shares: of the reviewed that were found wrong, and of all that are likely wrong. */
export function noiseShares(noise: NoiseEstimate) {
  const { reviewed, wrong, estimatedFrom } = noise;
  const nothing: Interval = { estimate: 0, low: 0, high: 0 };
  return {
    reviewed,
    wrong,
    confirmed: wilsonInterval(wrong, reviewed),
    estimated: noise.scored === 0 ? nothing : rescale(noise.estimated, 0, noise.scored),
    estimatedFrom,
  };
}

/** How many labels are wrong among some rows: reviewed ones are known, the rest is estimated. */
export class NoiseEstimator {
  readonly #index: ReviewIndex;
  readonly #evidence: readonly AuditEvidence[];
  readonly #correct: (probability: number) => number;
  /**
   * One entry for each random sample: the images that had no decision when it was drawn, and what was
   * reviewed of it.
   */
  readonly #frames: CountedFrame[];
  readonly #unreviewed = noProbabilities();
  /** Unreviewed labels of pairs of classes in doubt: how many are wrong by what was decided of each pair. */
  readonly #doubted: Interval & { count: number } = { count: 0, estimate: 0, low: 0, high: 0 };
  #scored = 0;
  #reviewed = 0;
  #wrong = 0;

  /**
   * @param correct corrects a probability by the whole dataset's random samples, for parts that contain few
   *   of them
   */
  constructor(
    index: ReviewIndex,
    evidence: readonly AuditEvidence[],
    correct = (probability: number): number => probability,
  ) {
    this.#index = index;
    this.#correct = correct;
    this.#evidence = evidence;
    this.#frames = evidence.map(() => ({ all: noProbabilities(), sample: [], found: 0 }));
  }

  add(row: number): void {
    const index = this.#index;
    if (!isScored(index, row)) return;
    const probability = wrongProbability(index, row);
    const reviewed = isReviewed(index, row);
    const wrong = isFoundWrong(index, row);
    this.#scored++;
    const doubted = index.doubtedShare(row);
    if (reviewed) this.#reviewed++;
    else if (doubted !== null) this.#addDoubted(doubted);
    else addProbability(this.#unreviewed, this.#correct(probability));
    if (wrong) this.#wrong++;
    for (const [place, { frame, counts }] of this.#evidence.entries()) {
      const counted = this.#frames[place] as CountedFrame;
      if (frame[row] === 0) continue;
      addProbability(counted.all, probability);
      if (wrong) counted.found++;
      if (counts[row] === 1) counted.sample.push({ probability, wrong });
    }
  }

  #addDoubted({ estimate, low, high }: Interval): void {
    this.#doubted.count++;
    this.#doubted.estimate += estimate;
    this.#doubted.low += low;
    this.#doubted.high += high;
  }

  result(): NoiseEstimate {
    const reviewed = this.#frames.reduce((sum, { sample }) => sum + sample.length, 0);
    const fromAudit = reviewed >= FEWEST_AUDITED;
    const unreviewed = this.#unreviewed.count + this.#doubted.count;
    const left = fromAudit
      ? estimateWrong(this.#frames, unreviewed)
      : sum(expectedCount(this.#unreviewed), this.#doubted);
    return {
      left,
      estimated: rescale(left, this.#wrong, 1),
      scored: this.#scored,
      unreviewed,
      reviewed: this.#reviewed,
      wrong: this.#wrong,
      estimatedFrom: fromAudit ? 'audit' : 'probabilities',
    };
  }
}

/** Labels of one pair are right or wrong together, so that the ends of the intervals add up too. */
const sum = (one: Interval, other: Interval): Interval => ({
  estimate: one.estimate + other.estimate,
  low: one.low + other.low,
  high: one.high + other.high,
});
