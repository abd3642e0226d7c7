/** A decision that could not be saved, because its dataset is not open any more. */
export interface LostDecision {
  /** Name of the dataset that it was about. */
  dataset: string;
  /** The decision, and its image. */
  what: string;
}

/** The decisions that are gone, until the user has seen them. */
export class LostDecisions {
  #all = $state.raw<readonly LostDecision[]>([]);

  get all(): readonly LostDecision[] {
    return this.#all;
  }

  add(lost: LostDecision): void {
    this.#all = [...this.#all, lost];
  }

  dismiss(): void {
    this.#all = [];
  }
}
