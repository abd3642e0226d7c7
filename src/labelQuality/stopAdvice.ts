import type { Interval } from './intervals.ts';
import { type ReviewYield, WORTHWHILE_PER_HUNDRED } from './reviewYield.ts';

/**
 * `nothing`: no label can be checked. `begin`: too few images were reviewed to say. `go-on`: the queue still
 * finds enough. `overrated`: it should, by the probabilities, but the last hundred images did not confirm
 * them. `audit`: the queue is used up, and only a random sample can show what it misses. `missed`: it is used
 * up, and according to a random sample that many wrong labels are left. `stop`: it is used up, and few are
 * left.
 */
const ADVICES = ['nothing', 'begin', 'go-on', 'overrated', 'audit', 'missed', 'stop'] as const;
export type Advice = (typeof ADVICES)[number];

const FEWEST_VIEWED = 20;
const FEWEST_FOR_DOUBT = 50;
const FEWEST_AUDITED = 30;

/**
 * Whether continuing the review is worth a person's time.
 * @param left wrong labels among the images without a decision
 * @param unreviewed how many those are
 * @param audited images of the random sample that have a decision
 */
export function adviseReview(
  { recent, imagesWorthwhile }: Pick<ReviewYield, 'recent' | 'imagesWorthwhile'>,
  left: Interval,
  unreviewed: number,
  audited: number,
): Advice {
  if (imagesWorthwhile > 0) {
    if (recent === null || recent.viewed < FEWEST_VIEWED) return 'begin';
    const doubtful =
      recent.viewed >= FEWEST_FOR_DOUBT && 100 * recent.share.high < WORTHWHILE_PER_HUNDRED * 2;
    return doubtful && 100 * recent.share.estimate < WORTHWHILE_PER_HUNDRED ? 'overrated' : 'go-on';
  }
  if (unreviewed === 0) return recent === null ? 'nothing' : 'stop';
  if (audited < FEWEST_AUDITED) return 'audit';
  return (100 * left.estimate) / unreviewed >= WORTHWHILE_PER_HUNDRED ? 'missed' : 'stop';
}
