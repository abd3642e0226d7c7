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

/** Cosines of the most similar image with the same label, and with another one; NaN for none. */
interface NeighbourCosines {
  sameLabel: number;
  otherLabel: number;
}

/** What a score is computed from. */
type Formula =
  /** One distribution. */
  | { from: 'distribution'; score: (facts: LabelFacts) => number }
  /** The distribution, less the model's average for each class: confidentLearning.ts. */
  | { from: 'adjusted distribution'; score: (facts: LabelFacts) => number }
  | { from: 'neighbours'; score: (cosines: NeighbourCosines) => number }
  /** More than these; `scoreSample` is given the value. */
  | { from: 'elsewhere'; score: null };

export type Score = Formula & {
  /** Names it on the command line, in requests and in the project file. */
  id: string;
  title: string;
  /** One plain sentence. */
  description: string;
  reference: string;
  /** Who else ranks labels by it: bench/flags compares the wrong-label probability with these. Null for GReFEL's own. */
  peer: string | null;
};
