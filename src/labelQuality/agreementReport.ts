import type { KappaEstimate } from './agreement.ts';

export interface PairAgreement extends KappaEstimate {
  annotators: [string, string];
}

export interface SelfAgreement extends KappaEstimate {
  annotator: string;
}

/** What one annotator came to; `(excluded)` and `(ambiguous)` beside the labels. */
export interface NamedOutcome {
  annotator: string;
  outcome: string;
}

/** An image on which annotators differ. */
export interface Disagreement {
  image: string;
  votes: NamedOutcome[];
  /** The last word, where someone had it. */
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
