import { isTestSplit } from '../../../domain/splits.ts';
import { wrongLabel } from '../../../labelQuality/labelProbabilities.ts';
import type { SampleDetail } from '../../../protocol/api.ts';
import type { QueueItem } from '../../../protocol/queue.ts';

/** An image that was looked up from outside the queue, as the queue has its own. */
export function itemOf(detail: SampleDetail): QueueItem {
  return {
    id: detail.id,
    image: detail.image,
    given: detail.given,
    suggested: detail.prediction?.suggested ?? null,
    score: null,
    wrong: detail.prediction ? wrongLabel(detail.prediction) : null,
    held: detail.prediction?.held ?? false,
    status: detail.status,
    label: detail.label,
    inTestSplit: isTestSplit(detail.split ?? ''),
  };
}
