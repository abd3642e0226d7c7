import {
  type Audited,
  addProbability,
  differenceEstimate,
  expectedCount,
  type Interval,
  noProbabilities,
  rescale,
  wilsonInterval,
} from '../../shared/intervals.ts';
import type { ReviewIndex } from '../flags/index.ts';
import type { AuditedImages } from './audit.ts';
import { isFoundWrong, isJudgeable, isReviewed, wrongProbability } from './judgement.ts';

/** Fewer judged images of a random sample say too little. */
const FEWEST_AUDITED = 20;

export interface NoiseEstimate {
  /** Wrong labels in all, found ones included. */
  estimated: Interval;
  /** Wrong labels among the images without a verdict. */
  left: Interval;
  judgeable: number;
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
    estimated: noise.judgeable === 0 ? nothing : rescale(noise.estimated, 0, noise.judgeable),
    estimatedFrom,
  };
}

/** How many labels are wrong among some rows: what was found is known, the rest is estimated. */
export class NoiseEstimator {
  readonly #index: ReviewIndex;
  readonly #audit: AuditedImages;
  readonly #unreviewed = noProbabilities();
  /** Images without a verdict when the random sample was drawn, and what of it was judged since. */
  readonly #frame = noProbabilities();
  readonly #sample: Audited[] = [];
  #foundInFrame = 0;
  #judgeable = 0;
  #reviewed = 0;
  #wrong = 0;

  constructor(index: ReviewIndex, audit: AuditedImages) {
    this.#index = index;
    this.#audit = audit;
  }

  add(row: number): void {
    const index = this.#index;
    if (!isJudgeable(index, row)) return;
    const id = index.id[row] as number;
    const probability = wrongProbability(index, row);
    const reviewed = isReviewed(index, row);
    const wrong = isFoundWrong(index, row);
    this.#judgeable++;
    if (reviewed) this.#reviewed++;
    else addProbability(this.#unreviewed, probability);
    if (wrong) this.#wrong++;
    if (this.#audit.sampled.size === 0 || this.#audit.reviewedBefore.has(id)) return;
    addProbability(this.#frame, probability);
    if (wrong) this.#foundInFrame++;
    if (reviewed && this.#audit.sampled.has(id)) this.#sample.push({ probability, wrong });
  }

  result(): NoiseEstimate {
    const fromAudit = this.#sample.length >= FEWEST_AUDITED;
    const left = fromAudit ? this.#leftByAudit() : expectedCount(this.#unreviewed);
    return {
      left,
      estimated: rescale(left, this.#wrong, 1),
      judgeable: this.#judgeable,
      unreviewed: this.#unreviewed.count,
      reviewed: this.#reviewed,
      wrong: this.#wrong,
      estimatedFrom: fromAudit ? 'audit' : 'probabilities',
    };
  }

  /** What the sample says of all that had no verdict, less what was found there since. */
  #leftByAudit(): Interval {
    const { estimate, low, high } = differenceEstimate(this.#frame, this.#sample);
    const left = (count: number) => Math.min(this.#unreviewed.count, Math.max(0, count - this.#foundInFrame));
    return { estimate: left(estimate), low: left(low), high: left(high) };
  }
}
