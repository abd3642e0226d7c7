/**
 * Which dataset the page shows: the opening that its requests name. Whatever takes time keeps the opening that it began
 * in, and asks here whether that is still the one on the screen.
 */
class OpenedDataset {
  #opening = $state<string | null>(null);
  /**
   * The page's state of an opening is kept in the next one if that has the same images, as after the core
   * died.
   */
  readonly #continuedAs = new Map<string, string>();

  /** Null while no dataset is open. */
  get opening(): string | null {
    return this.#opening;
  }

  /** @param continues the previous opening was of the same dataset, with the same images and classes */
  use(opening: string | null, continues: boolean): void {
    const before = this.#opening;
    if (continues && before !== null && opening !== null && before !== opening) {
      this.#continuedAs.set(before, opening);
    }
    this.#opening = opening;
  }

  /** The opening that is on the screen, where it is this one or continues it; null where it is of another dataset. */
  nowOf(opening: string | null): string | null {
    let now = opening;
    for (let next = now; next !== null; next = this.#continuedAs.get(next) ?? null) now = next;
    return now !== null && now === this.#opening ? now : null;
  }
}

/** A page shows one dataset at a time. */
export const openedDataset = new OpenedDataset();

/** The address of something of a dataset, such as `/samples/3/image`; of the one on the screen unless another is named. */
export function datasetAddress(path: string, opening = openedDataset.opening): string {
  return `/api/datasets/${opening ?? 'none'}${path}`;
}
