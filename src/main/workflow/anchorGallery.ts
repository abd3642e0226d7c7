import type { AnchorMatch } from '../../shared/reliability.ts';

const KEPT_PER_ANCHOR = 12;

/** For each anchor of the model the dataset's images closest to it, so that a person sees what it stands for. */
export class AnchorGallery {
  readonly #closest = new Map<string, { id: number; distance: number }[]>();

  add(sampleId: number, anchors: readonly AnchorMatch[]): void {
    for (const { classIndex, k, distance } of anchors) {
      const key = `${classIndex}#${k}`;
      const images = this.#closest.get(key) ?? [];
      if (images.length === KEPT_PER_ANCHOR && distance >= (images.at(-1)?.distance ?? 0)) continue;
      const others = images.filter(({ id }) => id !== sampleId);
      const place = others.findIndex((image) => image.distance > distance);
      others.splice(place === -1 ? others.length : place, 0, { id: sampleId, distance });
      this.#closest.set(key, others.slice(0, KEPT_PER_ANCHOR));
    }
  }

  /** Ids of the images nearest to an anchor, nearest first. */
  closestTo(anchor: Pick<AnchorMatch, 'classIndex' | 'k'>): number[] {
    return (this.#closest.get(`${anchor.classIndex}#${anchor.k}`) ?? []).map(({ id }) => id);
  }
}
