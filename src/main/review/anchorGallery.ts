import type { AnchorMatch } from '../../labelQuality/reliability.ts';

const KEPT_PER_ANCHOR = 12;

/**
 * For each anchor of the model, the dataset's images closest to it, so that a person sees what it represents.
 */
export class AnchorGallery {
  readonly #closest = new Map<number, { id: number; distance: number }[]>();

  /** Key of the nearest anchor, plus 1, by sample id; 0 for an image that is not scanned. */
  #nearest = new Uint32Array(1 << 10);
  #size = 0;

  /** Scanned images. */
  get size(): number {
    return this.#size;
  }

  add(sampleId: number, anchors: readonly AnchorMatch[]): void {
    this.#rememberNearest(sampleId, anchors);
    for (const anchor of anchors) {
      const key = keyOf(anchor);
      const { distance } = anchor;
      const images = this.#closest.get(key) ?? [];
      // Of images at one distance, such as duplicates, the first in the dataset: the order of a scan makes no
      // difference.
      const isFurther = (image: { id: number; distance: number } | undefined) =>
        image !== undefined &&
        (image.distance > distance || (image.distance === distance && image.id > sampleId));
      if (images.length === KEPT_PER_ANCHOR && !isFurther(images[KEPT_PER_ANCHOR - 1])) continue;
      const others = images.filter(({ id }) => id !== sampleId);
      const place = others.findIndex(isFurther);
      others.splice(place === -1 ? others.length : place, 0, { id: sampleId, distance });
      this.#closest.set(key, others.slice(0, KEPT_PER_ANCHOR));
    }
  }

  /** The anchor nearest to an image; null if the image is not scanned. */
  nearestTo(sampleId: number): Pick<AnchorMatch, 'classIndex' | 'k'> | null {
    const key = (this.#nearest[sampleId] ?? 0) - 1;
    if (key < 0) return null;
    return {
      classIndex: Math.floor(key / ANCHORS_PER_CLASS_AT_MOST),
      k: key % ANCHORS_PER_CLASS_AT_MOST,
    };
  }

  /** Ids of the images whose nearest anchor is one of these. */
  idsAround(anchors: readonly Pick<AnchorMatch, 'classIndex' | 'k'>[]): number[] {
    const keys = Uint32Array.from(anchors, (anchor) => keyOf(anchor) + 1); // so few that no set finds them faster
    const ids: number[] = [];
    for (let id = 0; id < this.#nearest.length; id++) {
      if (keys.includes(this.#nearest[id] as number)) ids.push(id);
    }
    return ids;
  }

  #rememberNearest(sampleId: number, [nearest]: readonly AnchorMatch[]): void {
    if (nearest === undefined) return;
    if (sampleId >= this.#nearest.length) {
      const larger = new Uint32Array(Math.max(sampleId + 1, 2 * this.#nearest.length));
      larger.set(this.#nearest);
      this.#nearest = larger;
    }
    if (this.#nearest[sampleId] === 0) this.#size++;
    this.#nearest[sampleId] = keyOf(nearest) + 1;
  }

  /** Ids of the images nearest to an anchor, nearest first. */
  closestTo(anchor: Pick<AnchorMatch, 'classIndex' | 'k'>): number[] {
    return (this.#closest.get(keyOf(anchor)) ?? []).map(({ id }) => id);
  }
}

/** More anchors a class than any model has. */
const ANCHORS_PER_CLASS_AT_MOST = 1 << 16;

function keyOf({ classIndex, k }: Pick<AnchorMatch, 'classIndex' | 'k'>): number {
  return classIndex * ANCHORS_PER_CLASS_AT_MOST + k;
}
