import type { PositionRange } from '../../../protocol/queue.ts';

const BEGINS_AFTER_PIXELS = 6;

interface Place {
  x: number;
  y: number;
}

interface Rectangle extends Place {
  right: number;
  bottom: number;
}

/** A rectangle drawn over the grid to select what it touches. In pixels of the grid. */
export class RubberBand {
  #rectangle = $state.raw<Rectangle | null>(null);
  #from: Place | null = null;
  #kept: readonly PositionRange[] = [];

  get rectangle(): Rectangle | null {
    return this.#rectangle;
  }

  get active(): boolean {
    return this.#from !== null;
  }

  /** The earlier selection, which stays. */
  get kept(): readonly PositionRange[] {
    return this.#kept;
  }

  begin(from: Place, kept: readonly PositionRange[]): void {
    this.#from = from;
    this.#kept = kept;
  }

  /** Null until the pointer has gone far enough to mean a rectangle and no click. */
  moveTo(to: Place): Rectangle | null {
    const from = this.#from;
    if (!from) return null;
    const near = Math.hypot(to.x - from.x, to.y - from.y) < BEGINS_AFTER_PIXELS;
    if (near && !this.#rectangle) return null;
    this.#rectangle = {
      x: Math.min(from.x, to.x),
      y: Math.min(from.y, to.y),
      right: Math.max(from.x, to.x),
      bottom: Math.max(from.y, to.y),
    };
    return this.#rectangle;
  }

  end(): void {
    this.#from = null;
    this.#rectangle = null;
  }
}
