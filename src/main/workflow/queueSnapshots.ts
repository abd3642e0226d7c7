import { AppError } from '../../shared/errors.ts';
import type { QueueItem, QueueRequest, QueueSnapshot } from '../../shared/queue.ts';
import { queueRequestSchema } from '../../shared/queue.ts';
import type { ScoreId } from '../../shared/scores.ts';
import { buildQueue, type ReviewIndex } from '../flags/index.ts';

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
  ): QueueSnapshot {
    const { filter, score, group } = queueRequestSchema.parse(request);
    const { rows, facets, groups } = buildQueue(index, filter, score, classCount, group);
    const ids = rows.map((row) => index.id[row] as number);
    this.#count++;
    const queueId = `q${this.#count}`;
    this.#snapshots.set(queueId, { ids, score });
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > KEPT && oldest !== undefined) this.#snapshots.delete(oldest);
    return { queueId, total: ids.length, facets, groups, startAt: startAt(index, rows, ids, placeSampleId) };
  }

  items(index: ReviewIndex, queueId: string, offset: number, limit: number): QueueItem[] {
    const snapshot = this.#snapshots.get(queueId);
    if (snapshot === undefined) {
      throw new AppError('not-found', 'this queue is no longer kept', 'Ask for the queue again.');
    }
    return [...snapshot.ids.subarray(offset, offset + limit)].flatMap((id) => {
      const row = index.rowOf(id);
      return row === undefined ? [] : [index.item(row, snapshot.score)];
    });
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
