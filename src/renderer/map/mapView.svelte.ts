import type { MapPoints } from '../../protocol/map.ts';
import { PointFinder } from './chosenPoints.ts';
import {
  fitViewport,
  panViewport,
  revealPoint,
  toMap,
  toScreen,
  type Viewport,
  zoomViewport,
} from './viewport.ts';

export const DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
} as const;
export type Arrow = keyof typeof DIRECTIONS;

const PAN_PIXELS = 60;
/** Largest distance of the pointer from a point. */
const POINTED_PIXELS = 8;

/** The visible part of the map, and the current point. */
export class MapView {
  readonly #points: () => MapPoints;
  readonly #finder = $derived.by(() => new PointFinder(this.#points()));
  /** Null for the whole map. */
  #moved = $state.raw<Viewport | null>(null);
  #pointed = $state.raw<number | null>(null);
  /** In CSS pixels. */
  width = $state(0);
  height = $state(0);
  readonly size = $derived({ width: this.width, height: this.height });
  readonly viewport: Viewport = $derived.by(() => {
    const { x, y } = this.#points();
    return this.#moved ?? fitViewport(x, y, this.size);
  });
  readonly pointPixels = $derived.by(() =>
    Math.min(9, Math.max(2.5, 40 / Math.sqrt(this.#points().ids.length / 40))),
  );

  constructor(points: () => MapPoints) {
    this.#points = points;
  }

  /** Index of the point under the pointer or the keyboard's mark. */
  get pointed(): number | null {
    return this.#pointed;
  }

  /** Position of a point on the screen. */
  placeOf(index: number): [number, number] {
    const { x, y } = this.#points();
    return toScreen(this.viewport, this.size, x[index] ?? 0, y[index] ?? 0);
  }

  /** The point at a position of the screen; null if none is near. */
  at(x: number, y: number): number | null {
    return this.#finder.nearest(
      ...toMap(this.viewport, this.size, x, y),
      POINTED_PIXELS / this.viewport.scale,
    );
  }

  point(index: number | null): void {
    this.#pointed = index;
  }

  pan(right: number, down: number): void {
    this.#moved = panViewport(this.viewport, right, down);
  }

  panTowards(arrow: Arrow): void {
    const [right, down] = DIRECTIONS[arrow];
    this.pan(-right * PAN_PIXELS, -down * PAN_PIXELS);
  }

  /** Around a position of the screen; without one around the current point, or the middle. */
  zoom(factor: number, about?: [number, number]): void {
    const middle: [number, number] = [this.width / 2, this.height / 2];
    const place = about ?? (this.#pointed === null ? middle : this.placeOf(this.#pointed));
    this.#moved = zoomViewport(this.viewport, this.size, factor, ...place);
  }

  showAll(): void {
    this.#moved = null;
  }

  /** Marks the next point in a direction; the first time the one nearest to the middle of the screen. */
  step(arrow: Arrow): void {
    if (this.#pointed !== null) this.mark(this.#finder.towards(this.#pointed, DIRECTIONS[arrow]));
    else this.mark(this.#nearestTo(...toMap(this.viewport, this.size, this.width / 2, this.height / 2)));
  }

  /** Marks the point in the midst of those of a kind. */
  markMidst(kindOf: Uint8Array, kind: number): void {
    const { x, y } = this.#points();
    const members = [...kindOf.keys()].filter((index) => kindOf[index] === kind);
    const median = (values: Float32Array) =>
      Float32Array.from(members, (index) => values[index] as number).sort()[members.length >> 1] as number;
    const [middleX, middleY] = [median(x), median(y)];
    const distance = (index: number) =>
      Math.hypot((x[index] as number) - middleX, (y[index] as number) - middleY);
    let nearest = members[0] ?? null;
    for (const index of members) if (nearest !== null && distance(index) < distance(nearest)) nearest = index;
    this.mark(nearest);
  }

  /** Marks a point and has it on the screen; nothing for null. */
  mark(index: number | null): void {
    if (index === null) return;
    const { x, y } = this.#points();
    const shown = revealPoint(this.viewport, this.size, x[index] as number, y[index] as number);
    if (shown.centreX !== this.viewport.centreX || shown.centreY !== this.viewport.centreY)
      this.#moved = shown;
    this.#pointed = index;
  }

  inView(): number[] {
    const [left, top] = toMap(this.viewport, this.size, 0, 0);
    return this.#finder.inRectangle(left, top, ...toMap(this.viewport, this.size, this.width, this.height));
  }

  /** @param outline corners of a closed line on the screen */
  inside(outline: readonly (readonly [number, number])[]): number[] {
    return this.#finder.inside(outline.map(([x, y]) => toMap(this.viewport, this.size, x, y)));
  }

  #nearestTo(x: number, y: number): number | null {
    for (let reach = POINTED_PIXELS / this.viewport.scale; reach < 1e6; reach *= 2) {
      const nearest = this.#finder.nearest(x, y, reach);
      if (nearest !== null) return nearest;
    }
    return null;
  }
}
