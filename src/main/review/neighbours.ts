import { setImmediate as nextTurn } from 'node:timers/promises';
import { squaredDistance } from '../../labelQuality/squaredDistance.ts';
import type { ProjectFile } from '../project/index.ts';
import { type EmbeddingSlice, KEPT_AT_MOST, sliceOf } from './embeddingBlock.ts';
import { NearestFew, type Neighbour } from './nearestFew.ts';
import type { PredictionContext } from './sampleDetail.ts';

/** A millisecond or two: a decision made meanwhile waits no longer than that. */
const COMPARED_AT_ONCE = 2000;
const READ_AT_ONCE = 250;
const ANCHORS_LOOKED_AT = 3;

interface NearestImages {
  /** Nearest first. */
  neighbours: Neighbour[];
  /** The same, of those that were reviewed alone. */
  reviewed: Neighbour[];
  exact: boolean;
}

/**
 * The images whose embeddings are closest to that of `sampleId`, of all and of those that were reviewed. The work is done in slices of a
 * few milliseconds, and given up where nobody waits for it any more.
 */
export async function nearestImages(
  project: ProjectFile,
  context: Pick<PredictionContext, 'gallery' | 'model' | 'embeddings'>,
  sampleId: number,
  { count, isReviewed }: { count: number; isReviewed: (sampleId: number) => boolean },
  signal: AbortSignal,
): Promise<NearestImages> {
  const own = project.predictions.embedding(sampleId);
  // Of more only those near the same anchors are compared.
  const exact = context.gallery.size <= KEPT_AT_MOST;
  if (own === null) return { neighbours: [], reviewed: [], exact };
  const [nearest, reviewed] = [new NearestFew(count), new NearestFew(count)];
  const slices = exact ? allSlices(project, context) : slicesAround(project, context, sampleId);
  for (const { ids, values } of slices) {
    const isAlike = values.length === ids.length * own.length;
    for (let place = 0; isAlike && place < ids.length; place++) {
      const id = ids[place] as number;
      if (id === sampleId) continue;
      const counted = isReviewed(id);
      const limit = counted ? Math.max(nearest.limit, reviewed.limit) : nearest.limit;
      const square = squaredDistance(own, values, limit, place * own.length);
      nearest.offer(id, square);
      if (counted) reviewed.offer(id, square);
    }
    await nextTurn();
    if (signal.aborted) return { neighbours: [], reviewed: [], exact };
  }
  return { neighbours: nearest.neighbours, reviewed: reviewed.neighbours, exact };
}

/** Of every image; empty ones while they are read for the first time. */
function* allSlices(
  { predictions }: ProjectFile,
  { embeddings }: Pick<PredictionContext, 'embeddings'>,
): Generator<EmbeddingSlice> {
  while (!embeddings.isWhole) {
    embeddings.readOn(predictions);
    yield embeddings.slice(0, 0);
  }
  for (let from = 0; from < embeddings.count; from += COMPARED_AT_ONCE) {
    yield embeddings.slice(from, from + COMPARED_AT_ONCE);
  }
}

/** Of those near the same anchors. */
function* slicesAround(
  { predictions }: ProjectFile,
  { gallery, model }: Pick<PredictionContext, 'gallery' | 'model'>,
  sampleId: number,
): Generator<EmbeddingSlice> {
  const anchors = predictions.byId(sampleId, model)?.anchors ?? [];
  const ids = gallery.idsAround(anchors.slice(0, ANCHORS_LOOKED_AT));
  for (let from = 0; from < ids.length; from += READ_AT_ONCE) {
    yield sliceOf(predictions.embeddingsOf(ids.slice(from, from + READ_AT_ONCE)));
  }
}
