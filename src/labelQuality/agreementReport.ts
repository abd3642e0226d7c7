import type { KappaEstimate } from './agreement.ts';

/** Cohen's kappa of two annotators. */
export interface PairAgreement extends KappaEstimate {
  annotators: [string, string];
}

/** Cohen's kappa of an annotator's first and second decisions. */
export interface SelfAgreement extends KappaEstimate {
  annotator: string;
}

/** One annotator's result; `(excluded)` and `(ambiguous)` next to the labels. */
export interface NamedOutcome {
  annotator: string;
  outcome: string;
  /** How the outcome is shown: `surprise (1)` for a number. */
  title: string;
}

/** An image on which annotators differ. */
export interface Disagreement {
  image: string;
  /** One of each annotator who reviewed it. */
  votes: NamedOutcome[];
  /** The adjudication, if there is one. */
  adjudicated: NamedOutcome | null;
}

/** How far the annotators of a dataset agree, and where they do not. */
export interface AgreementReport {
  /** Everyone who reviewed, with the number of their images. */
  annotators: { name: string; images: number }[];
  /** Fleiss' kappa of all annotators. */
  all: KappaEstimate;
  /** Cohen's kappa of each two. */
  pairs: PairAgreement[];
  /** An annotator's answers against their own when asked again. */
  self: SelfAgreement[];
  disagreements: Disagreement[];
}
