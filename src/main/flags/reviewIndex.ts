import type { QueueItem } from '../../shared/queue.ts';
import { STATUSES, type Status } from '../../shared/review.ts';
import { SCORE_IDS, type ScoreId } from '../../shared/scores.ts';
import type { Flag, Sample } from '../project/index.ts';

/** Codes of the columns; -1 stands for "none" in every label column. */
const NONE = -1;

/** What the index takes from a sample. */
export type IndexedSample = Pick<
  Sample,
  'id' | 'image' | 'split' | 'givenClass' | 'state' | 'currentVerdict' | 'currentClass'
>;

/**
 * The columns that filters, counts and orders of the queue need, as typed arrays: a million rows are counted
 * in milliseconds here, where SQL would block for a tenth of a second a facet. Rows are in the source's order.
 */
export class ReviewIndex {
  readonly size: number;
  readonly splits: string[] = [];
  readonly id: Int32Array;
  readonly given: Int16Array;
  readonly suggested: Int16Array;
  readonly split: Int16Array;
  readonly unreadable: Uint8Array;
  /** Index into STATUSES. */
  readonly status: Uint8Array;
  /** Class after the verdict. */
  readonly label: Int16Array;
  readonly trainedOn: Uint8Array;
  /** NaN where an image has no score. */
  readonly scores: Record<ScoreId, Float32Array>;
  readonly #images: string[] = [];
  readonly #rowOfId = new Map<number, number>();
  readonly #orders = new Map<ScoreId, Int32Array>();

  constructor(samples: readonly IndexedSample[], flags: Iterable<Flag>) {
    const kept = samples.filter(({ state }) => state !== 'vanished');
    this.size = kept.length;
    const labels = () => new Int16Array(this.size).fill(NONE);
    this.id = new Int32Array(this.size);
    this.given = labels();
    this.suggested = labels();
    this.split = labels();
    this.label = labels();
    this.unreadable = new Uint8Array(this.size);
    this.status = new Uint8Array(this.size);
    this.trainedOn = new Uint8Array(this.size);
    this.scores = Object.fromEntries(
      SCORE_IDS.map((score) => [score, new Float32Array(this.size).fill(Number.NaN)]),
    ) as Record<ScoreId, Float32Array>;

    const splitIndex = new Map<string, number>();
    for (const [row, sample] of kept.entries()) {
      this.id[row] = sample.id;
      this.#rowOfId.set(sample.id, row);
      this.#images.push(sample.image);
      this.given[row] = sample.givenClass ?? NONE;
      this.unreadable[row] = sample.state === 'unreadable' ? 1 : 0;
      if (sample.split !== null) {
        if (!splitIndex.has(sample.split)) splitIndex.set(sample.split, this.splits.push(sample.split) - 1);
        this.split[row] = splitIndex.get(sample.split) as number;
      }
      this.setVerdict(sample.id, sample.currentVerdict ?? 'unreviewed', sample.currentClass);
    }
    for (const flag of flags) this.setFlag(flag);
  }

  /** Row of a sample, or undefined for one that is not in the dataset any more. */
  rowOf(sampleId: number): number | undefined {
    return this.#rowOfId.get(sampleId);
  }

  setFlag(flag: Flag): void {
    const row = this.rowOf(flag.sampleId);
    if (row === undefined) return;
    this.unreadable[row] = 0;
    this.suggested[row] = flag.suggestedClass ?? NONE;
    this.trainedOn[row] = flag.trainedOn === null ? 0 : 1;
    for (const score of SCORE_IDS) this.scores[score][row] = flag.scores[score] ?? Number.NaN;
    this.#orders.clear();
  }

  setUnreadable(sampleId: number): void {
    const row = this.rowOf(sampleId);
    if (row === undefined) return;
    this.unreadable[row] = 1;
    this.suggested[row] = NONE;
    for (const score of SCORE_IDS) this.scores[score][row] = Number.NaN;
    this.#orders.clear();
  }

  setVerdict(sampleId: number, status: Status, classIndex: number | null): void {
    const row = this.rowOf(sampleId);
    if (row === undefined) return;
    this.status[row] = STATUSES.indexOf(status);
    this.label[row] = cleanLabel(status, this.given[row] as number, classIndex);
  }

  /** Rows, most suspicious first; those without a score last, in the source's order. */
  order(score: ScoreId): Int32Array {
    let order = this.#orders.get(score);
    if (order === undefined) {
      const values = this.scores[score];
      const key = (row: number) => (Number.isNaN(values[row]) ? -1 : (values[row] as number));
      order = Int32Array.from({ length: this.size }, (_, row) => row).sort(
        (a, b) => key(b) - key(a) || a - b,
      );
      this.#orders.set(score, order);
    }
    return order;
  }

  item(row: number, score: ScoreId): QueueItem {
    const value = this.scores[score][row] as number;
    return {
      id: this.id[row] as number,
      image: this.#images[row] as string,
      given: labelOrNull(this.given[row]),
      suggested: labelOrNull(this.suggested[row]),
      score: Number.isNaN(value) ? null : value,
      status: STATUSES[this.status[row] as number] as Status,
      label: labelOrNull(this.label[row]),
    };
  }

  image(row: number): string {
    return this.#images[row] as string;
  }
}

function labelOrNull(label: number | undefined): number | null {
  return label === undefined || label === NONE ? null : label;
}

/** The label that stands after a verdict: none for an excluded image, the given one unless it was relabelled. */
function cleanLabel(status: Status, given: number, relabelled: number | null): number {
  if (status === 'excluded') return NONE;
  return status === 'relabelled' ? (relabelled ?? NONE) : given;
}
