/** Which of those that wait comes next. */
export type LineOrder = 'oldest-first' | 'newest-first';

/**
 * Waiting jobs. A page that is scrolled needs what it shows now, so its newest request comes first, and if
 * there are too many the oldest is dropped.
 */
export class WaitingLine<Item> {
  readonly #order: LineOrder;
  readonly #most: number;
  readonly #items: Item[] = [];

  constructor(order: LineOrder, most = Number.POSITIVE_INFINITY) {
    this.#order = order;
    this.#most = most;
  }

  get length(): number {
    return this.#items.length;
  }

  /** @returns the one that is given up for it */
  add(item: Item): Item | undefined {
    this.#items.push(item);
    return this.#items.length > this.#most ? this.#items.shift() : undefined;
  }

  /** Back to where it came from. */
  addBack(item: Item): void {
    if (this.#order === 'newest-first') this.#items.push(item);
    else this.#items.unshift(item);
  }

  take(): Item | undefined {
    return this.#order === 'newest-first' ? this.#items.pop() : this.#items.shift();
  }

  /** @returns whether it was waiting */
  remove(item: Item): boolean {
    const at = this.#items.indexOf(item);
    if (at !== -1) this.#items.splice(at, 1);
    return at !== -1;
  }

  takeAll(): Item[] {
    return this.#items.splice(0);
  }
}
