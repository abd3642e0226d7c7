import { correctionToSum } from '../../labelQuality/expectedErrors.ts';
import { learnFromOutcomes, type Outcome } from '../../labelQuality/outcomeCalibration.ts';
import type { AuditEvidence } from '../review/index.ts';
import { isFoundWrong, isReviewed, isScored, wrongProbability } from '../review/index.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';
import { type NoiseEstimate, NoiseEstimator } from './noiseEstimates.ts';

/** Outcomes that probabilities are corrected by at most: more would change nothing that can be seen. */
const MOST_OUTCOMES = 4000;

/**
 * How many wrong labels are left: the one estimate that every screen, command and report uses. Decisions so
 * far correct the probabilities: if many flagged labels were right, fewer errors are expected among the
 * others. A reviewed random sample shows how far the probabilities are off as a whole, and each of them is
 * corrected by that. So the estimates for a class, a group, or the next images of the queue add up to the
 * estimate for all.
 */
export class ErrorsLeft {
  /** Of the whole dataset. */
  readonly total: NoiseEstimate;
  readonly #index: ReviewIndex;
  readonly #evidence: readonly AuditEvidence[];
  readonly #correct: (probability: number) => number;

  constructor(index: ReviewIndex, evidence: readonly AuditEvidence[]) {
    this.#index = index;
    this.#evidence = evidence;
    const byOutcomes = learnFromOutcomes(outcomesOf(index));
    const estimator = new NoiseEstimator(index, evidence, byOutcomes);
    for (let row = 0; row < index.size; row++) estimator.add(row);
    this.total = estimator.result();
    const { estimatedFrom, left } = this.total;
    if (estimatedFrom === 'audit') {
      const predicted = [...this.#openRows()].map((row) => byOutcomes(wrongProbability(index, row)));
      const toSum = correctionToSum(Float32Array.from(predicted), left.estimate);
      this.#correct = (probability) => toSum(byOutcomes(probability));
    } else this.#correct = byOutcomes;
  }

  /** An estimator for a part of the dataset, which is given its rows. */
  amongSome(): NoiseEstimator {
    return new NoiseEstimator(this.#index, this.#evidence, this.#correct);
  }

  /** How likely each label without a verdict is wrong, in descending order. */
  ahead(): Float32Array {
    const index = this.#index;
    const probabilities: number[] = [];
    for (const row of this.#openRows())
      probabilities.push(index.doubtedShare(row)?.estimate ?? this.#correct(wrongProbability(index, row)));
    return Float32Array.from(probabilities).sort().reverse();
  }

  *#openRows(): Generator<number> {
    const index = this.#index;
    for (let row = 0; row < index.size; row++) {
      if (!isReviewed(index, row) && isScored(index, row)) yield row;
    }
  }
}

/** Without those of pairs of classes in doubt, which tell of their pair alone. */
function outcomesOf(index: ReviewIndex): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let row = 0; row < index.size; row++) {
    if (isReviewed(index, row) && isScored(index, row) && index.doubtedShare(row) === null)
      outcomes.push({ probability: wrongProbability(index, row), wrong: isFoundWrong(index, row) });
  }
  const step = Math.ceil(outcomes.length / MOST_OUTCOMES);
  return outcomes.filter((_, place) => place % step === 0);
}
