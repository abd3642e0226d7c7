/**
 * When the core read what it tells, as a place in the order of all that it tells. Answers and events travel by
 * different ways and overtake each other: by its revision a page knows which is the newer word.
 */
export interface Revision {
  /** Names the process: a core that was started anew counts anew. */
  core: string;
  /** Random for each opening of a dataset, null while none is open: nothing of one opening holds for another. */
  opening: string | null;
  /** Grows with all that this core tells. */
  number: number;
}

/** What the core answers, with the revision at which it was read. */
export type Revised<Told extends object> = Told & { revision: Revision };
