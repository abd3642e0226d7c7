import { STATUSES, type Status } from '../../domain/verdicts.ts';
import { SCORE_IDS, type ScoreId } from '../../labelQuality/scores/index.ts';
import type { IndexedFlag, Sample } from '../project/index.ts';
import { NameColumn } from './nameColumn.ts';
import { RowsById } from './rowsById.ts';

const NONE = -1;

/** The index's part of a sample. */
export type IndexedSample = Pick<
  Sample,
  'id' | 'image' | 'split' | 'givenClass' | 'state' | 'currentVerdict' | 'currentClass'
>;

/** Samples one after another, none of which is kept; `length` is at least their number. */
export interface IndexedSamples extends Iterable<IndexedSample> {
  readonly length: number;
}

/** What a project says of its images, a column each, in the source's order; -1 is "none" in every label column. */
export interface ListedColumns {
  rows: RowsById;
  names: NameColumn;
  splits: string[];
  id: Int32Array;
  given: Int16Array;
  split: Int16Array;
  /** Most likely label, and the most likely other than the given one. */
  likeliest: Int16Array;
  alternative: Int16Array;
  scanned: Uint8Array;
  unreadable: Uint8Array;
  trainedOn: Uint8Array;
  /** Index into STATUSES. */
  status: Uint8Array;
  /** Class after the verdict. */
  label: Int16Array;
  /** In the order of SCORE_IDS; NaN where an image has no score. */
  scores: Float32Array[];
}

/** @param flags those of images that are not scanned do not count */
export function listColumns(samples: IndexedSamples, flags: Iterable<IndexedFlag>): ListedColumns {
  const most = samples.length;
  const labels = () => new Int16Array(most).fill(NONE);
  const listed: ListedColumns = {
    rows: new RowsById(most),
    names: new NameColumn(),
    splits: [],
    id: new Int32Array(most),
    given: labels(),
    split: labels(),
    likeliest: labels(),
    alternative: labels(),
    scanned: new Uint8Array(most),
    unreadable: new Uint8Array(most),
    trainedOn: new Uint8Array(most),
    status: new Uint8Array(most),
    label: labels(),
    scores: SCORE_IDS.map(() => new Float32Array(most).fill(Number.NaN)),
  };
  const size = listSamples(listed, samples);
  for (const flag of flags) {
    const row = listed.rows.get(flag.sampleId);
    if (row !== undefined && listed.scanned[row] === 1) takeFlag(listed, row, flag);
  }
  return size === most ? listed : shortened(listed, size);
}

/** The flag of a row that is scanned. */
export function takeFlag(
  columns: Pick<ListedColumns, 'likeliest' | 'alternative' | 'trainedOn' | 'scores'>,
  row: number,
  { suggestedClass, alternativeClass, trainedOn, scores }: IndexedFlag,
): void {
  columns.likeliest[row] = suggestedClass ?? NONE;
  columns.alternative[row] = alternativeClass ?? NONE;
  columns.trainedOn[row] = trainedOn === null ? 0 : 1;
  // By place: looking each column up by its name took a fifth of the time of filling a million rows.
  for (let at = 0; at < SCORE_IDS.length; at++) {
    (columns.scores[at] as Float32Array)[row] = scores[SCORE_IDS[at] as ScoreId] ?? Number.NaN;
  }
}

/** The label after a decision: none for an excluded image, the given one unless it was relabelled. */
export function labelAfterDecision(status: Status, given: number, relabelled: number | null): number {
  if (status === 'excluded') return NONE;
  return status === 'relabelled' ? (relabelled ?? NONE) : given;
}

/** @returns how many there are */
function listSamples(listed: ListedColumns, samples: IndexedSamples): number {
  const splitCodes = new Map<string, number>();
  let row = 0;
  for (const sample of samples) {
    if (sample.state === 'vanished') continue;
    listed.id[row] = sample.id;
    listed.rows.set(sample.id, row);
    listed.names.push(sample.image);
    const given = sample.givenClass ?? NONE;
    listed.given[row] = given;
    listed.scanned[row] = sample.state === 'read' ? 1 : 0;
    listed.unreadable[row] = sample.state === 'unreadable' ? 1 : 0;
    if (sample.split !== null) {
      if (!splitCodes.has(sample.split)) splitCodes.set(sample.split, listed.splits.push(sample.split) - 1);
      listed.split[row] = splitCodes.get(sample.split) as number;
    }
    const status = sample.currentVerdict ?? 'unreviewed';
    listed.status[row] = STATUSES.indexOf(status);
    listed.label[row] = labelAfterDecision(status, given, sample.currentClass);
    row++;
  }
  return row;
}

function shortened(listed: ListedColumns, size: number): ListedColumns {
  const { rows, names, splits, scores, ...columns } = listed;
  const cut = Object.entries(columns).map(([name, column]) => [name, column.subarray(0, size)]);
  return {
    rows,
    names,
    splits,
    scores: scores.map((column) => column.subarray(0, size)),
    ...(Object.fromEntries(cut) as typeof columns),
  };
}
