import type { KappaEstimate } from './agreement.ts';

export interface PairAgreement extends KappaEstimate {
  annotators: [string, string];
}

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
  votes: NamedOutcome[];
  /** The adjudication, if there is one. */
  adjudicated: NamedOutcome | null;
}

/** How far the annotators of a dataset agree, and where they do not. */
export interface AgreementReport {
  annotators: { name: string; images: number }[];
  /** Fleiss' kappa of all annotators. */
  all: KappaEstimate;
  /** Cohen's kappa of each two. */
  pairs: PairAgreement[];
  /** An annotator's answers against their own when asked again. */
  self: SelfAgreement[];
  disagreements: Disagreement[];
}
