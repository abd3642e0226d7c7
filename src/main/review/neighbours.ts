import { setImmediate as nextTurn } from 'node:timers/promises';
import { squaredDistance } from '../../labelQuality/squaredDistance.ts';
import type { ProjectFile } from '../project/index.ts';
import type { PredictionContext } from './sampleDetail.ts';

/** Up to this many embeddings all are compared; beyond that only those near the same anchors. */
const COMPARED_EXACTLY = 120_000;
/** A few milliseconds: a decision made meanwhile waits no longer than that. */
const EMBEDDINGS_AT_ONCE = 250;
const ANCHORS_LOOKED_AT = 3;

export interface Neighbour {
  sampleId: number;
  /** Euclidean, between embeddings. */
  distance: number;
}

export interface NearestImages {
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
  { gallery, model }: Pick<PredictionContext, 'gallery' | 'model'>,
  sampleId: number,
  { count, isReviewed }: { count: number; isReviewed: (sampleId: number) => boolean },
  signal: AbortSignal,
): Promise<NearestImages> {
  const { predictions } = project;
  const own = predictions.embedding(sampleId);
  const anchors = predictions.byId(sampleId, model)?.anchors ?? [];
  const exact = gallery.size <= COMPARED_EXACTLY;
  if (own === null) return { neighbours: [], reviewed: [], exact };
  const nearest: Neighbour[] = [];
  const reviewed: Neighbour[] = [];
  const pages = exact
    ? predictions.embeddingPages(EMBEDDINGS_AT_ONCE)
    : predictions.embeddingPagesOf(
        gallery.idsAround(anchors.slice(0, ANCHORS_LOOKED_AT)),
        EMBEDDINGS_AT_ONCE,
      );
  for (const page of pages) {
    for (const { sampleId: id, vector } of page) {
      if (id === sampleId || vector.length !== own.length) continue;
      const counted = isReviewed(id);
      const furthest = Math.max(limitOf(nearest, count), counted ? limitOf(reviewed, count) : 0);
      const distance = squaredDistance(own, vector, furthest);
      insert(nearest, { sampleId: id, distance }, count);
      if (counted) insert(reviewed, { sampleId: id, distance }, count);
    }
    await nextTurn();
    if (signal.aborted) return { neighbours: [], reviewed: [], exact };
  }
  return { neighbours: nearest.map(rooted), reviewed: reviewed.map(rooted), exact };
}

const rooted = (neighbour: Neighbour) => ({ ...neighbour, distance: Math.sqrt(neighbour.distance) });

/** From which distance on an image is none of the nearest. */
const limitOf = (nearest: readonly Neighbour[], count: number) =>
  nearest.length < count ? Number.POSITIVE_INFINITY : (nearest[count - 1]?.distance ?? 0);

function insert(nearest: Neighbour[], neighbour: Neighbour, count: number): void {
  if (neighbour.distance >= limitOf(nearest, count)) return;
  const after = nearest.findIndex(({ distance }) => distance > neighbour.distance);
  nearest.splice(after === -1 ? nearest.length : after, 0, neighbour);
  nearest.length = Math.min(nearest.length, count);
}
