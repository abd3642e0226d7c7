import { probabilityOf } from '../../../labelQuality/labelProbabilities.ts';
import type { SampleDetail } from '../../../protocol/api.ts';
import type { QueueItem } from '../../../protocol/queue.ts';

/** What is known of an image's suggestion, besides its class; its probability comes with the image's details. */
export function suggestionOf(
  { suggested, held }: Pick<QueueItem, 'suggested' | 'held'>,
  detail: SampleDetail | null,
): { held: boolean; probability: number | null } {
  const prediction = detail?.prediction;
  if (!prediction) return { held, probability: null };
  return { held: prediction.held, probability: probabilityOf(prediction.probabilities, suggested) };
}
