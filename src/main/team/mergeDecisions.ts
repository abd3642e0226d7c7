import { isPossibleTime, supersedes } from '../../domain/decisionOrder.ts';
import {
  formatAnnotators,
  formatSoftLabels,
  formatVotes,
  majorityVote,
  outcomeOf,
  type Vote,
} from '../../domain/votes.ts';
import { noUnclearRows, type UnclearRows } from '../../protocol/team.ts';
import type { Cell, CsvColumn } from '../export/index.ts';
import { type FileDecision, readDecisions } from './decisionFile.ts';
import type { LabelTableSource } from './labelTable.ts';

/** Columns of a merged file. */
export const MERGED_COLUMNS: readonly CsvColumn[] = [
  { name: 'image', isFileName: true },
  { name: 'label_clean' },
  { name: 'status' },
  { name: 'annotator' },
  { name: 'decided_at' },
  { name: 'votes' },
  { name: 'label_soft' },
];

type MergedVote = Vote & { decidedAt: string };

/**
 * Joins annotators' decisions, one row per image in order of appearance: the majority's label, in a tie the
 * newest, and every vote. Of one annotator's decisions on an image the newest counts: by its time, or, if a
 * clock was wrong, by its position in the files.
 *
 * Decisions are stored as numbers in columns, so that millions of them fit in memory.
 */
export class DecisionMerge {
  readonly unclear: UnclearRows = noUnclearRows();
  /** Images that more than one annotator reviewed. */
  shared = 0;
  /** Of those, the ones on which they differ. */
  disagreements = 0;
  /** By image, its last decision. */
  readonly #images = new Map<string, number>();
  readonly #annotators = new Words<string>();
  readonly #outcomes = new Words<FileDecision['outcome']>();
  readonly #annotator: number[] = [];
  readonly #outcome: number[] = [];
  readonly #decidedAtMs: number[] = [];
  /** The previous decision on the same image; -1 for none. */
  readonly #before: number[] = [];

  get images(): number {
    return this.#images.size;
  }

  get annotators(): string[] {
    return [...this.#annotators.values].sort();
  }

  /**
   * @param encoding see readLabelTable
   * @throws AppError `table-invalid` with the line
   */
  async read(source: LabelTableSource, encoding?: string): Promise<void> {
    await readDecisions(source, { unclear: this.unclear, encoding }, (decision) => this.#add(decision));
  }

  /** The rows, after all files were parsed; counts what annotators share on the way. */
  *rows(): Generator<Cell[]> {
    this.shared = 0;
    this.disagreements = 0;
    for (const [image, last] of this.#images) {
      const votes = this.#votesFrom(last);
      if (votes.length > 1) this.shared++;
      if (new Set(votes.map(outcomeOf)).size > 1) this.disagreements++;
      const standing = majorityVote(votes);
      if (standing === null) continue;
      const { verdict, label, decidedAt } = standing;
      yield [
        image,
        verdict === 'excluded' ? '' : (label ?? ''),
        verdict,
        formatAnnotators(votes.map(({ annotator }) => annotator)),
        decidedAt,
        formatVotes(votes),
        formatSoftLabels(votes),
      ];
    }
  }

  #add({ image, annotator, outcome, decidedAt, unmarked, line }: FileDecision): void {
    if (unmarked) {
      // Without the dataset it is not known whether the label is another one than the given.
      if (this.unclear.unmarked.rows++ === 0) this.unclear.unmarked.first = `line ${line}`;
      return;
    }
    const place = this.#annotator.length;
    this.#annotator.push(this.#annotators.placeOf(annotator, annotator));
    this.#outcome.push(this.#outcomes.placeOf(JSON.stringify(outcome), outcome));
    this.#decidedAtMs.push(Date.parse(decidedAt));
    this.#before.push(this.#images.get(image) ?? -1);
    this.#images.set(image, place);
  }

  /** The newest decision of each annotator, oldest first. */
  #votesFrom(last: number): MergedVote[] {
    const places: number[] = [];
    for (let place = last; place >= 0; place = this.#before[place] as number) places.push(place);
    const time = (place: number) => this.#decidedAtMs[place] as number;
    places.reverse(); // as in the files
    if (places.every((place) => isPossibleTime(time(place))))
      places.sort((a, b) => time(a) - time(b) || a - b);
    const newest = new Map<number, number>();
    for (const place of places) {
      const annotator = this.#annotator[place] as number;
      const before = newest.get(annotator);
      if (before !== undefined && !supersedes(time(place), time(before))) continue;
      newest.delete(annotator);
      newest.set(annotator, place);
    }
    return [...newest].map(([annotator, place]) =>
      asVote(
        this.#annotators.values[annotator] as string,
        this.#outcomes.values[this.#outcome[place] as number] as FileDecision['outcome'],
        new Date(time(place)).toISOString(),
      ),
    );
  }
}

function asVote(annotator: string, outcome: FileDecision['outcome'], decidedAt: string): MergedVote {
  if (outcome.kind !== 'label') return { annotator, verdict: outcome.kind, label: null, decidedAt };
  return { annotator, verdict: outcome.kept ? 'kept' : 'relabelled', label: outcome.label, decidedAt };
}

/** Values that are met again and again, each kept once and named by its place. */
class Words<Value> {
  readonly values: Value[] = [];
  readonly #places = new Map<string, number>();

  placeOf(key: string, value: Value): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}
