const WORDS = 3;
const FREE = -1;
const FIRST_SLOTS = 1 << 12;

/** Numbers triples of integers in the order of their first appearance. A Map would need a string for each of a million rows. */
export class KindNumbers {
  /** The number of a triple at the place of its hash, or the next free one. */
  #slots = new Int32Array(FIRST_SLOTS).fill(FREE);
  /** Of half as many numbers as there are slots. */
  #triples = new Int32Array((WORDS * FIRST_SLOTS) / 2);
  #size = 0;

  of(first: number, second: number, third: number): number {
    let slot = this.#slotOf(first, second, third);
    if (this.#slots[slot] === FREE) {
      if (2 * this.#size >= this.#slots.length) {
        this.#grow();
        slot = this.#slotOf(first, second, third);
      }
      this.#triples.set([first, second, third], WORDS * this.#size);
      this.#slots[slot] = this.#size++;
    }
    return this.#slots[slot] as number;
  }

  /** Where this triple is, or would be. */
  #slotOf(first: number, second: number, third: number): number {
    const slots = this.#slots;
    const triples = this.#triples;
    const last = slots.length - 1; // a power of two less one
    let slot = hash(first, second, third) & last;
    for (;;) {
      const at = WORDS * (slots[slot] as number);
      if (at < 0 || (triples[at] === first && triples[at + 1] === second && triples[at + 2] === third))
        return slot;
      slot = (slot + 1) & last;
    }
  }

  #grow(): void {
    const triples = this.#triples;
    this.#triples = new Int32Array(WORDS * this.#slots.length);
    this.#triples.set(triples.subarray(0, WORDS * this.#size));
    this.#slots = new Int32Array(2 * this.#slots.length).fill(FREE);
    for (let number = 0; number < this.#size; number++) {
      const at = WORDS * number;
      this.#slots[
        this.#slotOf(...(triples.subarray(at, at + WORDS) as unknown as [number, number, number]))
      ] = number;
    }
  }
}

function hash(first: number, second: number, third: number): number {
  let mixed = Math.imul(first, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ second, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ third, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
