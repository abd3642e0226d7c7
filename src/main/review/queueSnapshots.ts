import { randomUUID } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import type { VerdictRole } from '../../domain/verdicts.ts';
import type { ScoreId } from '../../labelQuality/scores/index.ts';
import type {
  QueueFacets,
  QueueFilter,
  QueueGroup,
  QueueItem,
  QueuePlace,
  QueueRequest,
  QueueSnapshot,
  QueueTally,
  RangeTally,
} from '../../protocol/queue.ts';
import { queueRequestSchema } from '../../protocol/queue.ts';
import { BULK_LIMIT } from '../../protocol/review.ts';
import { buildQueue, type Clusters, queueFacets, type ReviewIndex } from '../reviewIndex/index.ts';
import { isReviewedInRole } from './reviewed.ts';

/** Most snapshots that are kept; a page with an older one is asked to open its queue again. */
const KEPT = 16;

interface Snapshot {
  /** The queue that it continues. */
  before: string | null;
  ids: Int32Array;
  score: ScoreId;
  filter: QueueFilter;
  groups: readonly QueueGroup[];
  /** Of the verdicts that are given in it. */
  role: VerdictRole;
}

/** The images, as they are now. */
interface IndexSource {
  readonly columns: { readonly index: ReviewIndex };
  readonly classCount: number;
}

interface TakenWith {
  /** Image to start at if it is in the queue; else the first without a decision. */
  placeSampleId: number | null;
  clusters?: Clusters | null;
  continues?: QueuePlace | undefined;
}

/** Positions of a queue, each range from its start up to before its end. */
type Ranges = readonly { start: number; end: number }[];

/**
 * Queues as they were asked for: their order stays while verdicts and a running scan change the scores, so
 * that nothing moves under the eye. One that continues another keeps what its reviewer has seen.
 */
export class QueueSnapshots {
  readonly #source: IndexSource;
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(source: IndexSource) {
    this.#source = source;
  }

  take(request: QueueRequest, { placeSampleId, clusters = null, continues }: TakenWith): QueueSnapshot {
    const { index } = this.#source.columns;
    const { classCount } = this.#source;
    const { filter, score, group } = queueRequestSchema.parse(request);
    const built = buildQueue(index, filter, score, classCount, group, clusters);
    const { facets, groups } = built;
    const behind = continues === undefined || group !== 'none' ? [] : this.#behind(continues);
    const { rows, others } = withFirst(behind, built.rows, index.size);
    const ids = index.idsOf(rows);
    const queueId = randomUUID(); // of another opening or process it names nothing here
    const role = filter.show === 'disagreements' ? 'adjudication' : 'vote';
    const before = behind.length > 0 ? (continues?.queueId ?? null) : null;
    this.#forgetFamilyOf(before);
    this.#snapshots.set(queueId, { before, ids, score, filter, groups, role });
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > KEPT && oldest !== undefined) this.#snapshots.delete(oldest);
    const unlisted = others.filter((row) => index.status[row] === 0).length;
    const { unreviewed, reviewedInGroups } =
      groups.length === 0
        ? { unreviewed: unreviewedIn(facets, filter) + unlisted, reviewedInGroups: [] }
        : this.tally(queueId);
    // A map selection is shown from its first image on, reviewed or not.
    const start =
      filter.show === 'selection'
        ? Math.max(0, ids.indexOf(placeSampleId ?? -1))
        : startAt(index, rows, ids, placeSampleId);
    return {
      queueId,
      total: ids.length,
      unreviewed,
      facets,
      groups,
      reviewedInGroups,
      startAt: start,
      unreviewedBefore: unreviewedAmong(index, rows.subarray(0, start)),
      kept: behind.length,
    };
  }

  items(queueId: string, offset: number, limit: number): QueueItem[] {
    const { index } = this.#source.columns;
    const { ids, score } = this.#snapshot(queueId);
    return [...ids.subarray(offset, offset + limit)].flatMap((id) => {
      const row = index.rowOf(id);
      return row === undefined ? [] : [index.item(row, score)];
    });
  }

  /**
   * Ids at these positions, in the order of the queue. @throws AppError `bad-request` for more than one bulk
   * decision allows
   */
  idsIn(queueId: string, ranges: Ranges): number[] {
    const { ids } = this.#snapshot(queueId);
    const parts = ranges.map(({ start, end }) => ids.subarray(start, end));
    const count = parts.reduce((sum, part) => sum + part.length, 0);
    if (count > BULK_LIMIT) {
      throw new AppError(
        'bad-request',
        `${count} images are too many for one decision`,
        `Select at most ${BULK_LIMIT} at once.`,
      );
    }
    return parts.flatMap((part) => [...part]);
  }

  /** What each choice of the queue's filters would show now. */
  facets(queueId: string): QueueFacets {
    const { filter, score } = this.#snapshot(queueId);
    return queueFacets(this.#source.columns.index, filter, score, this.#source.classCount);
  }

  /** How far the review of a queue has come. */
  tally(queueId: string): QueueTally {
    const { index } = this.#source.columns;
    const { ids, groups } = this.#snapshot(queueId);
    let unreviewed = 0;
    for (const id of ids) {
      const row = index.rowOf(id);
      if (row !== undefined && index.status[row] === 0) unreviewed++;
    }
    const reviewedInGroups = groups.map(({ start, count }) =>
      this.#reviewed(queueId, [{ start, end: start + count }]),
    );
    return { unreviewed, reviewedInGroups };
  }

  /** The images that a bulk decision in a queue would apply to. */
  tallyOf(queueId: string, ranges: Ranges): RangeTally {
    const { ids } = this.#snapshot(queueId);
    const images = ranges.reduce((sum, { start, end }) => sum + ids.subarray(start, end).length, 0);
    return { images, reviewed: this.#reviewed(queueId, ranges) };
  }

  /** Where an image is in a queue; -1 where it is not. */
  positionOf(queueId: string, sampleId: number): number {
    return this.#snapshot(queueId).ids.indexOf(sampleId);
  }

  /**
   * A queue that is continued again and again leaves others their room: of those before it only the last stays, which a
   * page may still ask for.
   */
  #forgetFamilyOf(queueId: string | null): void {
    if (queueId === null) return;
    const older = this.#snapshots.get(queueId)?.before;
    for (const [id, { before }] of this.#snapshots) {
      if (id === older || before === queueId) this.#snapshots.delete(id);
    }
  }

  /** Rows of a queue up to an image, including it; empty if the queue has been dropped. */
  #behind({ queueId, sampleId }: QueuePlace): number[] {
    const { index } = this.#source.columns;
    const ids = this.#snapshots.get(queueId)?.ids;
    if (ids === undefined) return [];
    return [...ids.subarray(0, ids.indexOf(sampleId) + 1)].flatMap((id) => index.rowOf(id) ?? []);
  }

  #reviewed(queueId: string, ranges: Ranges): number {
    const { index } = this.#source.columns;
    const { ids, role } = this.#snapshot(queueId);
    let count = 0;
    for (const { start, end } of ranges) {
      for (const id of ids.subarray(start, end)) {
        const row = index.rowOf(id);
        if (row !== undefined && isReviewedInRole(index, row, role)) count++;
      }
    }
    return count;
  }

  #snapshot(queueId: string): Snapshot {
    const snapshot = this.#snapshots.get(queueId);
    if (snapshot !== undefined) return snapshot;
    throw new AppError('not-found', 'this queue has expired', 'Reload the queue.');
  }
}

/** Counted already: a filter by status takes either all unreviewed images or none. */
function unreviewedIn({ statuses }: QueueFacets, filter: QueueFilter): number {
  return filter.statuses.length === 0 || filter.statuses.includes('unreviewed') ? statuses.unreviewed : 0;
}

/**
 * These rows first; all that follow keep their order.
 * @returns also those of the first that are not among `rows`
 */
function withFirst(first: readonly number[], rows: Int32Array, size: number) {
  if (first.length === 0) return { rows, others: [] };
  const isIn = new Uint8Array(size); // 1: only among the first; 2: among both
  for (const row of first) isIn[row] = 1;
  const ahead = rows.filter((row) => isIn[row] === 0);
  for (const row of rows) if (isIn[row] === 1) isIn[row] = 2;
  const all = new Int32Array(first.length + ahead.length);
  all.set(first);
  all.set(ahead, first.length);
  return { rows: all, others: first.filter((row) => isIn[row] === 1) };
}

const unreviewedAmong = (index: ReviewIndex, rows: Int32Array): number =>
  rows.reduce((count, row) => count + Number(index.status[row] === 0), 0);

function startAt(
  index: ReviewIndex,
  rows: Int32Array,
  ids: Int32Array,
  placeSampleId: number | null,
): number {
  const place = placeSampleId === null ? -1 : ids.indexOf(placeSampleId);
  if (place !== -1) return place;
  const unreviewed = rows.findIndex((row) => index.status[row] === 0);
  return Math.max(0, unreviewed);
}
