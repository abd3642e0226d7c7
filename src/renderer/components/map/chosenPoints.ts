import { polygonContains } from 'd3-polygon';
import KDBush from 'kdbush';
import type { MapPoints } from '../../../shared/map.ts';

/** Finds points of the map by place. */
export class PointFinder {
  readonly #points: Pick<MapPoints, 'x' | 'y'>;
  readonly #tree: KDBush | null;

  constructor(points: Pick<MapPoints, 'x' | 'y'>) {
    this.#points = points;
    this.#tree = points.x.length === 0 ? null : new KDBush(points.x.length, 64, Float32Array);
    for (let index = 0; index < points.x.length; index++) {
      this.#tree?.add(points.x[index] as number, points.y[index] as number);
    }
    this.#tree?.finish();
  }

  /** The point nearest to a place within a distance; null where there is none. */
  nearest(x: number, y: number, within: number): number | null {
    let best: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const index of this.#tree?.within(x, y, within) ?? []) {
      const distance = Math.hypot(
        (this.#points.x[index] as number) - x,
        (this.#points.y[index] as number) - y,
      );
      if (distance < least) [best, least] = [index, distance];
    }
    return best;
  }

  inRectangle(left: number, top: number, right: number, bottom: number): number[] {
    return this.#tree?.range(left, top, right, bottom) ?? [];
  }

  /** @param outline corners of a closed line */
  inside(outline: readonly [number, number][]): number[] {
    if (outline.length < 3) return [];
    const xs = outline.map(([x]) => x);
    const ys = outline.map(([, y]) => y);
    const candidates = this.inRectangle(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
    return candidates.filter((index) =>
      polygonContains([...outline], [this.#points.x[index] as number, this.#points.y[index] as number]),
    );
  }
}
