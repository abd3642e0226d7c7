import type { SampleDetail } from '../../shared/api.ts';
import { wrongLabel } from '../../shared/labelProbabilities.ts';
import type { QueueItem } from '../../shared/queue.ts';
import { isTestSplit } from '../../shared/splits.ts';

/** An image that was looked up from outside the queue, as the queue has its own. */
export function itemOf(detail: SampleDetail): QueueItem {
  return {
    id: detail.id,
    image: detail.image,
    given: detail.given,
    suggested: detail.reading?.suggested ?? null,
    score: null,
    wrong: detail.reading ? wrongLabel(detail.reading) : null,
    held: detail.reading?.held ?? false,
    status: detail.status,
    label: detail.label,
    inTestSplit: isTestSplit(detail.split ?? ''),
  };
}
