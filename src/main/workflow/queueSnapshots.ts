import { AppError } from '../../shared/errors.ts';
import type { QueueItem, QueueRequest, QueueSnapshot } from '../../shared/queue.ts';
import { queueRequestSchema } from '../../shared/queue.ts';
import { BULK_LIMIT } from '../../shared/review.ts';
import type { ScoreId } from '../../shared/scores.ts';
import { buildQueue, type Clusters, type ReviewIndex } from '../flags/index.ts';

/** Snapshots kept; the page that holds an older one is told to ask anew. */
const KEPT = 16;

/**
 * Queues as they were asked for: their order stays while verdicts and a running scan change the scores, so
 * that nothing moves under the eye.
 */
export class QueueSnapshots {
  readonly #snapshots = new Map<string, { ids: Int32Array; score: ScoreId }>();
  #count = 0;

  /** @param placeSampleId image to start at where it is in the queue; otherwise the first without a verdict */
  take(
    index: ReviewIndex,
    request: QueueRequest,
    classCount: number,
    placeSampleId: number | null,
    clusters: Clusters | null = null,
  ): QueueSnapshot {
    const { filter, score, group } = queueRequestSchema.parse(request);
    const { rows, facets, groups } = buildQueue(index, filter, score, classCount, group, clusters);
    const ids = new Int32Array(rows.length);
    for (let place = 0; place < rows.length; place++) ids[place] = index.id[rows[place] as number] as number;
    this.#count++;
    const queueId = `q${this.#count}`;
    this.#snapshots.set(queueId, { ids, score });
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > KEPT && oldest !== undefined) this.#snapshots.delete(oldest);
    return { queueId, total: ids.length, facets, groups, startAt: startAt(index, rows, ids, placeSampleId) };
  }

  items(index: ReviewIndex, queueId: string, offset: number, limit: number): QueueItem[] {
    const { ids, score } = this.#snapshot(queueId);
    return [...ids.subarray(offset, offset + limit)].flatMap((id) => {
      const row = index.rowOf(id);
      return row === undefined ? [] : [index.item(row, score)];
    });
  }

  /** Ids at these positions, in the order of the queue. @throws AppError `bad-request` for more than may be judged at once */
  idsIn(queueId: string, ranges: readonly { start: number; end: number }[]): number[] {
    const { ids } = this.#snapshot(queueId);
    const parts = ranges.map(({ start, end }) => ids.subarray(start, end));
    const count = parts.reduce((sum, part) => sum + part.length, 0);
    if (count > BULK_LIMIT) {
      throw new AppError(
        'bad-request',
        `${count} images are too many for one verdict`,
        `Choose at most ${BULK_LIMIT} at once.`,
      );
    }
    return parts.flatMap((part) => [...part]);
  }

  unreviewed(index: ReviewIndex, queueId: string): number {
    let count = 0;
    for (const id of this.#snapshot(queueId).ids) {
      const row = index.rowOf(id);
      if (row !== undefined && index.status[row] === 0) count++;
    }
    return count;
  }

  positionOf(queueId: string, sampleId: number): number {
    return this.#snapshot(queueId).ids.indexOf(sampleId);
  }

  #snapshot(queueId: string): { ids: Int32Array; score: ScoreId } {
    const snapshot = this.#snapshots.get(queueId);
    if (snapshot !== undefined) return snapshot;
    throw new AppError('not-found', 'this queue is no longer kept', 'Ask for the queue again.');
  }
}

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
