import type { CodedColumn } from '../../domain/codedColumns.ts';
import { isTestSplit } from '../../domain/splits.ts';
import { STATUSES, type Status } from '../../domain/verdicts.ts';
import { FLAGGED_AT } from '../../labelQuality/flagThreshold.ts';
import type { Interval } from '../../labelQuality/intervals.ts';
import { DEFAULT_SCORE, SCORE_IDS, type ScoreId } from '../../labelQuality/scores/index.ts';
import type { QueueItem } from '../../protocol/queue.ts';
import type { EarlierFlag, Flag, IndexedFlag } from '../project/index.ts';
import { EarlierColumns } from './earlierColumns.ts';
import { type IndexedColumn, indexColumn } from './indexedColumn.ts';
import {
  type IndexedSamples,
  type ListedColumns,
  labelAfterDecision,
  listColumns,
  takeFlag,
} from './listedColumns.ts';
import type { NameColumn } from './nameColumn.ts';
import { RowKinds } from './rowKinds.ts';
import type { RowsById } from './rowsById.ts';
import { orderByScore, reorderByScore } from './scoreOrder.ts';
import type { SelectableRows } from './selectableRows.ts';

/** Codes of the columns; -1 means "none" in every label column. */
const NONE = -1;
/** Up to this many rows of a thousand are moved to their new places; with more, all are sorted. */
const MOVED_PER_MILLE = 20;

/** Not held; held back; held, but put forward in the queue. */
export const HELD = { no: 0, back: 1, forward: 2 } as const;

/** What a dataset's doubts in pairs of classes hold back. */
export interface HeldPairs {
  /** Number of the pair in doubt; -1 for any other. */
  pairOf(given: number, alternative: number): number;
  isHeld(pair: number): boolean;
  isPutForward(sampleId: number): boolean;
  /** Of the pair's flagged labels that are wrong. */
  shareOf(pair: number): Interval;
}

/**
 * The columns that filters, counts and orders of the queue need, as typed arrays: a million rows are counted
 * in milliseconds here, where SQL would block for a tenth of a second a facet. Rows are in the source's order.
 */
export class ReviewIndex implements SelectableRows {
  readonly size: number;
  readonly splits: readonly string[];
  readonly id: Int32Array;
  readonly given: Int16Array;
  /** By the score from which labels are flagged. */
  readonly suggested: Int16Array;
  readonly #listed: Pick<ListedColumns, 'likeliest' | 'alternative' | 'trainedOn' | 'scores'>;
  #flaggedAt = FLAGGED_AT;
  #pairs: HeldPairs | null = null;
  readonly split: Int16Array;
  readonly scanned: Uint8Array;
  readonly unreadable: Uint8Array;
  /** Index into STATUSES. */
  readonly status: Uint8Array;
  /** Class after the verdict. */
  readonly label: Int16Array;
  readonly trainedOn: Uint8Array;
  /** Of the corrected distribution; NaN if an image is not scanned. */
  readonly confidence: Float32Array;
  /** Place of each image among those that were drawn at random; -1 for the others. */
  readonly auditPlace: Int32Array;
  /** 1 for the images that were chosen on the map. */
  readonly selection: Uint8Array;
  /** Bits of labelQuality/issues/index.ts. */
  readonly issues: Uint32Array;
  /** 1 if annotators disagree and nobody has resolved it. */
  readonly disagreement: Uint8Array;
  /** 1 for the images that were assigned to the annotator. */
  readonly share: Uint8Array;
  /** Place of each image in the annotator's round; -1 for those that are not in it. */
  readonly roundPlace: Int32Array;
  /** Of HELD: flagged labels of a pair of classes in which the model is in doubt (labelQuality/pairDoubt.ts). */
  readonly held: Uint8Array;
  /** NaN where an image has no score. */
  readonly scores: Record<ScoreId, Float32Array>;
  /** Grows when a flag or a label changes, so that derived counts are computed again. */
  #version = 0;
  readonly #statusCounts = new Uint32Array(STATUSES.length);
  /**
   * Needed after every decision and every batch of a scan, so it is kept up to date rather than counted
   * again.
   */
  readonly #scanCounts = { scanned: 0, unreadable: 0, flagged: 0 };
  readonly #names: NameColumn;
  readonly #rows: RowsById;
  readonly #orders = new Map<ScoreId, Int32Array>();
  /** Rows whose scores have changed since the orders were made. */
  readonly #moved = new Set<number>();
  /** Null until a queue asks for them, and after a change of many rows. */
  #kinds: RowKinds | null = null;
  #hasIssues = false;
  readonly #hasGaps: boolean;
  #earlier: EarlierColumns | null = null;
  #metadata: IndexedColumn[] = [];

  constructor(listed: ListedColumns) {
    const { id, given, split, scanned, unreadable, trainedOn, status, label, scores } = listed;
    this.size = id.length;
    this.splits = listed.splits;
    this.#rows = listed.rows;
    this.#names = listed.names;
    this.id = id;
    this.given = given;
    this.split = split;
    this.#listed = listed;
    this.scanned = scanned;
    this.unreadable = unreadable;
    this.trainedOn = trainedOn;
    this.status = status;
    this.label = label;
    this.scores = Object.fromEntries(SCORE_IDS.map((score, at) => [score, scores[at]])) as typeof this.scores;
    this.suggested = new Int16Array(this.size).fill(NONE);
    this.selection = new Uint8Array(this.size);
    this.issues = new Uint32Array(this.size);
    this.disagreement = new Uint8Array(this.size);
    this.confidence = new Float32Array(this.size).fill(Number.NaN);
    this.share = new Uint8Array(this.size);
    this.held = new Uint8Array(this.size);
    this.auditPlace = new Int32Array(this.size).fill(NONE);
    this.roundPlace = new Int32Array(this.size).fill(NONE);
    const first = id[0] as number;
    this.#hasGaps = id.some((own, row) => own !== first + row);
    for (const code of status) count(this.#statusCounts, code, 1);
    for (let row = 0; row < this.size; row++) {
      if (scanned[row] === 1) this.#suggest(row);
      this.#countPrediction(row, 1);
    }
  }

  /** @param flags those of images that are not scanned do not count */
  static of(samples: IndexedSamples, flags: Iterable<IndexedFlag>): ReviewIndex {
    return new ReviewIndex(listColumns(samples, flags));
  }

  get version(): number {
    return this.#version;
  }

  /** Images by status, in the order of STATUSES. */
  get statusCounts(): Readonly<Uint32Array> {
    return this.#statusCounts;
  }

  /** Images that are scanned, that cannot be, and whose label is flagged. */
  get scanCounts(): Readonly<{ scanned: number; unreadable: number; flagged: number }> {
    return this.#scanCounts;
  }

  #countPrediction(row: number, by: 1 | -1): void {
    const counts = this.#scanCounts;
    counts.scanned += by * (this.scanned[row] as number);
    counts.unreadable += by * (this.unreadable[row] as number);
    if (this.isListed(row)) counts.flagged += by;
  }

  /** Whether a label is flagged. */
  isFlagged(row: number): boolean {
    return this.held[row] === HELD.no && this.#isSuspect(row);
  }

  /** Whether a label is among those to look at: flagged, or put forward so that a person decides on its pair of classes. */
  isListed(row: number): boolean {
    return this.held[row] !== HELD.back && this.#isSuspect(row);
  }

  #isSuspect(row: number): boolean {
    return (this.scores[DEFAULT_SCORE][row] as number) >= this.#flaggedAt; // NaN is not
  }

  /** Holds back flags of pairs of classes until a person has reviewed images of them. */
  setHeld(pairs: HeldPairs): void {
    this.#pairs = pairs;
    for (let row = 0; row < this.size; row++) {
      this.#countPrediction(row, -1);
      this.#hold(row);
      this.#suggest(row);
      this.#countPrediction(row, 1);
    }
    this.#change();
  }

  /** More was decided of pairs that are held back as before. */
  updateShares(pairs: HeldPairs): void {
    this.#pairs = pairs;
  }

  #hold(row: number): void {
    const pair =
      this.#pairs?.pairOf(this.given[row] as number, this.#listed.alternative[row] as number) ?? NONE;
    if (this.#pairs === null || pair === NONE || !this.#pairs.isHeld(pair)) this.held[row] = HELD.no;
    else this.held[row] = this.#pairs.isPutForward(this.id[row] as number) ? HELD.forward : HELD.back;
  }

  /** Share of wrong labels among those like it, by what was decided; null for a label whose pair of classes is in no doubt. */
  doubtedShare(row: number): Interval | null {
    if (this.#pairs === null || !((this.scores[DEFAULT_SCORE][row] as number) >= FLAGGED_AT)) return null;
    const pair = this.#pairs.pairOf(this.given[row] as number, this.#listed.alternative[row] as number);
    return pair === NONE ? null : this.#pairs.shareOf(pair);
  }

  /** Row of a sample, or undefined for one that is not in the dataset any more. */
  rowOf(sampleId: number): number | undefined {
    return this.#rows.get(sampleId);
  }

  /**
   * The ids of some rows. Where images were only ever added, ids have no gaps, and going to and fro in a column of
   * megabytes is spared.
   */
  idsOf(rows: Int32Array): Int32Array {
    const ids = new Int32Array(rows.length);
    const first = this.id[0] as number;
    if (this.#hasGaps)
      for (let at = 0; at < rows.length; at++) ids[at] = this.id[rows[at] as number] as number;
    else for (let at = 0; at < rows.length; at++) ids[at] = first + (rows[at] as number);
    return ids;
  }

  setFlag(flag: Flag): void {
    const row = this.rowOf(flag.sampleId);
    if (row === undefined) return;
    this.#kinds?.leave(row);
    this.#countPrediction(row, -1);
    this.#takeFlag(row, flag);
    this.#countPrediction(row, 1);
    this.#move(row);
  }

  #takeFlag(row: number, flag: IndexedFlag): void {
    this.unreadable[row] = 0;
    this.scanned[row] = 1;
    takeFlag(this.#listed, row, flag);
    if (this.#pairs !== null) this.#hold(row);
    this.#suggest(row);
  }

  /** The default score from which labels are flagged. */
  get flaggedAt(): number {
    return this.#flaggedAt;
  }

  set flaggedAt(score: number) {
    if (score === this.#flaggedAt) return;
    for (let row = 0; row < this.size; row++) this.#countPrediction(row, -1);
    this.#flaggedAt = score;
    for (let row = 0; row < this.size; row++) {
      this.#suggest(row);
      this.#countPrediction(row, 1);
    }
    this.#change();
  }

  /** As `suggestionAt` of labelQuality/scores/index.ts, without an object a row. */
  #suggest(row: number): void {
    const wrong = this.scores[DEFAULT_SCORE][row] as number;
    const likeliest = this.#listed.likeliest[row] as number;
    const alternative = this.#listed.alternative[row] as number;
    if (Number.isNaN(wrong)) this.suggested[row] = likeliest;
    else if (wrong < this.#flaggedAt || this.held[row] !== HELD.no)
      this.suggested[row] = this.given[row] as number;
    else this.suggested[row] = alternative === NONE ? likeliest : alternative;
  }

  setUnreadable(sampleId: number): void {
    const row = this.rowOf(sampleId);
    if (row === undefined) return;
    this.#kinds?.leave(row);
    this.#countPrediction(row, -1);
    this.unreadable[row] = 1;
    this.scanned[row] = 0;
    this.suggested[row] = NONE;
    this.confidence[row] = Number.NaN;
    for (const score of SCORE_IDS) this.scores[score][row] = Number.NaN;
    this.#countPrediction(row, 1);
    this.#move(row);
  }

  setIssues(found: Iterable<{ sampleId: number; bits: number }>): void {
    this.issues.fill(0);
    this.#hasIssues = false;
    for (const { sampleId, bits } of found) {
      const row = this.rowOf(sampleId);
      if (row === undefined) continue;
      this.issues[row] = bits;
      this.#hasIssues ||= bits !== 0;
    }
    this.#change();
  }

  /** Whether any image has one. */
  get hasIssues(): boolean {
    return this.#hasIssues;
  }

  /** Images drawn at random, in the order of their review. */
  setAudit(sampleIds: readonly number[]): void {
    this.#place(this.auditPlace, sampleIds);
  }

  setSelection(sampleIds: Iterable<number>): void {
    this.#mark(this.selection, sampleIds);
  }

  setShare(sampleIds: Iterable<number>): void {
    this.#mark(this.share, sampleIds);
  }

  /** Images of a round, in its order. */
  setRound(sampleIds: readonly number[]): void {
    this.#place(this.roundPlace, sampleIds);
  }

  /** The previous run's results; null if there was none. */
  get earlier(): EarlierColumns | null {
    return this.#earlier;
  }

  setEarlier(flags: Iterable<EarlierFlag>): void {
    const columns = new EarlierColumns(this.size, (id) => this.rowOf(id), flags);
    this.#earlier = columns.size === 0 ? null : columns;
    this.#kinds = null;
  }

  /** The further columns of the source, a cell a row. */
  get metadata(): readonly IndexedColumn[] {
    return this.#metadata;
  }

  /** @param columns with cells by the sample's id */
  setMetadata(columns: readonly CodedColumn[]): void {
    this.#metadata = columns.map((column) => indexColumn(column, this.id));
  }

  #place(column: Int32Array, sampleIds: readonly number[]): void {
    this.#kinds = null;
    column.fill(NONE);
    for (const [place, id] of sampleIds.entries()) {
      const row = this.rowOf(id);
      if (row !== undefined) column[row] = place;
    }
  }

  #mark(column: Uint8Array, sampleIds: Iterable<number>): void {
    this.#kinds = null;
    column.fill(0);
    for (const id of sampleIds) {
      const row = this.rowOf(id);
      if (row !== undefined) column[row] = 1;
    }
  }

  /** An image of the annotator's open round is none: to list it would tell what others decided. */
  setDisagreement(sampleId: number, disagree: boolean): void {
    const row = this.rowOf(sampleId);
    if (row === undefined) return;
    this.#kinds?.leave(row);
    this.disagreement[row] = disagree && this.roundPlace[row] === NONE ? 1 : 0;
    this.#kinds?.enter(row);
  }

  setVerdict(sampleId: number, status: Status, classIndex: number | null): void {
    const row = this.rowOf(sampleId);
    if (row === undefined) return;
    this.#kinds?.leave(row);
    count(this.#statusCounts, this.status[row] as number, -1);
    this.status[row] = STATUSES.indexOf(status);
    count(this.#statusCounts, this.status[row] as number, 1);
    this.label[row] = labelAfterDecision(status, this.given[row] as number, classIndex);
    this.#kinds?.enter(row);
  }

  /** The kinds of the rows, by which the filters of the queue work. */
  get kinds(): RowKinds {
    this.#kinds ??= new RowKinds(this);
    return this.#kinds;
  }

  setConfidence(row: number, confidence: number): void {
    this.#kinds?.leave(row);
    this.confidence[row] = confidence;
    this.#kinds?.stay(row);
  }

  /** Rows, most likely wrong first; those without a score last, in the dataset's order. */
  order(score: ScoreId): Int32Array {
    if (this.#moved.size > 0) this.#reorder();
    let order = this.#orders.get(score);
    if (order === undefined) {
      order = orderByScore(this.scores[score]);
      this.#orders.set(score, order);
    }
    return order;
  }

  /** The decision that counts for a sample. */
  decision(sampleId: number): { status: Status; label: number | null } {
    const row = this.rowOf(sampleId);
    if (row === undefined) return { status: 'unreviewed', label: null };
    return { status: STATUSES[this.status[row] as number] as Status, label: labelOrNull(this.label[row]) };
  }

  item(row: number, score: ScoreId): QueueItem {
    return {
      id: this.id[row] as number,
      image: this.image(row),
      given: labelOrNull(this.given[row]),
      suggested: labelOrNull(this.suggested[row]),
      score: valueOrNull(this.scores[score][row]),
      wrong: valueOrNull(this.scores[DEFAULT_SCORE][row]),
      held: this.held[row] !== HELD.no && this.#isSuspect(row),
      status: STATUSES[this.status[row] as number] as Status,
      label: labelOrNull(this.label[row]),
      inTestSplit: isTestSplit(this.splits[this.split[row] as number] ?? ''),
    };
  }

  image(row: number): string {
    return this.#names.at(row);
  }

  /** Calls `found` for each row whose image's name contains `part`; the case of A to Z is ignored. */
  forEachNameMatch(part: string, found: (row: number) => void): void {
    this.#names.forEachMatch(part, found);
  }

  #change(): void {
    this.#version++;
    this.#kinds = null;
    this.#orders.clear();
    this.#moved.clear();
  }

  #move(row: number): void {
    this.#version++;
    this.#kinds?.enter(row);
    if (this.#orders.size === 0) return;
    this.#moved.add(row);
    if (this.#moved.size * 1000 > this.size * MOVED_PER_MILLE) this.#change();
  }

  #reorder(): void {
    for (const [score, order] of this.#orders) {
      this.#orders.set(score, reorderByScore(order, this.scores[score], this.#moved));
    }
    this.#moved.clear();
  }
}

function count(counts: Uint32Array, code: number, by: number): void {
  counts[code] = (counts[code] as number) + by;
}

function valueOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function labelOrNull(label: number | undefined): number | null {
  return label === undefined || label === NONE ? null : label;
}
