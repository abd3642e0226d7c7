import { polygonContains } from 'd3-polygon';
import KDBush from 'kdbush';
import type { MapPoints } from '../../protocol/map.ts';

/** Finds points of the map by place. */
export class PointFinder {
  readonly #points: Pick<MapPoints, 'x' | 'y'>;
  readonly #tree: KDBush | null;
  /** The longest way there is. */
  readonly #reach: number;

  constructor(points: Pick<MapPoints, 'x' | 'y'>) {
    this.#points = points;
    this.#reach = Math.hypot(extent(points.x), extent(points.y)) || 1;
    this.#tree = points.x.length === 0 ? null : new KDBush(points.x.length, 64, Float32Array);
    for (let index = 0; index < points.x.length; index++) {
      this.#tree?.add(points.x[index] as number, points.y[index] as number);
    }
    this.#tree?.finish();
  }

  /** The point nearest to a position within a distance; null if there is none. */
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

  /**
   * The nearest point in a direction of the screen, within 45 degrees of it, for arrow keys. Points at one
   * position follow each other to the right and down by their index.
   * @returns null if there is none
   */
  towards(from: number, [right, down]: readonly [number, number]): number | null {
    const [x, y] = [this.#points.x[from] as number, this.#points.y[from] as number];
    const ahead = right + down > 0;
    const beside = this.inRectangle(x, y, x, y).filter((index) => (ahead ? index > from : index < from));
    if (beside.length > 0) return ahead ? Math.min(...beside) : Math.max(...beside);
    let reach = this.#reach / 64;
    for (;;) {
      const best = this.#nearestInCone(x, y, right, down, reach);
      if (best !== null || reach > this.#reach) return best;
      reach *= 2;
    }
  }

  #nearestInCone(x: number, y: number, right: number, down: number, reach: number): number | null {
    let [best, least]: [number | null, number] = [null, reach]; // beyond it, corners of the square would come first
    for (const index of this.inRectangle(
      right > 0 ? x : x - reach,
      down > 0 ? y : y - reach,
      right < 0 ? x : x + reach,
      down < 0 ? y : y + reach,
    )) {
      const [dx, dy] = [(this.#points.x[index] as number) - x, (this.#points.y[index] as number) - y];
      const along = right * dx + down * dy;
      const distance = Math.hypot(dx, dy);
      if (along <= 0 || along < Math.abs(right * dy) + Math.abs(down * dx) || distance > least) continue;
      const entersPile = best !== null && distance === least; // at its near end
      if (entersPile && (right + down > 0 ? index > (best as number) : index < (best as number))) continue;
      [best, least] = [index, distance];
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

function extent(values: Float32Array): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return values.length === 0 ? 0 : most - least;
}
