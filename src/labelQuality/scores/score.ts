/** A distribution over the dataset's classes, [C]; null for a class that the model does not know. */
export type LabelDistribution = ArrayLike<number | null>;

/** A distribution's view of a given label. */
export interface LabelFacts {
  /** Probability of the given label, in [0, 1]. */
  given: number;
  /** Largest probability of any other label, in [0, 1]; 0 if there is none. */
  bestOther: number;
  /** Normalised entropy of the distribution, Eq. 10, in [0, 1]. */
  entropy: number;
}

export interface Score {
  /** Names it on the command line, in requests and in the project file. */
  id: string;
  title: string;
  /** One plain sentence. */
  description: string;
  reference: string;
  /** From one distribution; null for a score that needs more, which `scoreSample` is given. */
  score: ((facts: LabelFacts) => number) | null;
}
