/**
 * The position of a statement in the order of all that the core says. Answers and events travel by different
 * connections and overtake each other: the revision shows the page which one is newer.
 */
export interface Revision {
  /** Names the process: a restarted core starts counting again. */
  core: string;
  /**
   * Random for each opening of a dataset, null while none is open: nothing about one opening applies to
   * another.
   */
  opening: string | null;
  /** Grows with everything that this core says. */
  number: number;
}

/** An answer of the core, with the revision of its data. */
export type Revised<Answer extends object> = Answer & { revision: Revision };
