import {
  type NewQueue,
  type PositionRange,
  pageStart,
  QUEUE_PAGE,
  type QueueItem,
} from '../../../protocol/queue.ts';
import type { Revised } from '../../../protocol/revision.ts';
import { api } from '../../client/api.ts';

/** Items of a queue that are loaded together: those from a multiple of QUEUE_PAGE on. */
export type QueuePage = Revised<{ offset: number; items: QueueItem[] }>;

/** The pages of a new queue that hold these positions, and the one that it came with. Rejects with an ApiFailure. */
export function pagesOf(
  { queueId, total, startAt, items, revision }: Revised<NewQueue>,
  { start, end }: PositionRange,
): Promise<QueuePage[]> {
  const own = pageStart(startAt);
  const offsets = new Set([own]);
  for (let offset = pageStart(Math.max(0, start)); offset < Math.min(end, total); offset += QUEUE_PAGE)
    offsets.add(offset);
  return Promise.all(
    [...offsets].map(async (offset) => {
      if (offset === own) return { offset, items, revision };
      return { offset, ...(await api.queueItems(queueId, offset, QUEUE_PAGE)) };
    }),
  );
}
