/**
 * When the core read what it tells, as a place in the order of all that it tells. Answers and events travel by
 * different ways and overtake each other: by its revision a page knows which is the newer word.
 */
export interface Revision {
  /** Names the process: a core that was started anew counts anew. */
  core: string;
  /** Which opening of a dataset it is about: nothing of one holds for another. */
  opening: number;
  /** Grows with all that this core tells. */
  number: number;
}

/** What the core answers, with the revision at which it was read. */
export type Revised<Told extends object> = Told & { revision: Revision };
