import { z } from 'zod';
import type { MetadataFilter } from '../domain/metadata.ts';
import type { Interval } from '../labelQuality/intervals.ts';
import type { LabelFit } from '../labelQuality/labelFit.ts';
import type { ReviewYield } from '../labelQuality/reviewYield.ts';
import type { Advice } from '../labelQuality/stopAdvice.ts';

/** Bins of equal width over 0 to 1 in every histogram of the overview. */
export const CONFIDENCE_BINS = 20;

/** Images by given label. Shares are of the class's scanned images. */
export interface ClassOverview {
  label: number;
  /** Given this label. */
  images: number;
  scored: number;
  flagged: number;
  reviewed: number;
  /** Found wrong by a person: relabelled or excluded. */
  wrong: number;
  /** Share of the reviewed that was found wrong. The queue's order makes it higher than the class's own. */
  confirmed: Interval;
  /** Share of all that is likely wrong, including what was found. */
  estimated: Interval;
  /** Wrong labels among the images without a verdict, a number. */
  left: Interval;
  /** Whether the estimate is based on a random sample, or on the model's probabilities only. */
  estimatedFrom: 'audit' | 'probabilities';
  /** Images that carry this label now, after the verdicts. */
  afterVerdicts: number;
  /** And if every flagged image without a verdict took its suggestion. */
  afterSuggestions: number;
}

/** Images that share a value of one or two of the dataset's own columns, or whose number is in a range. */
export interface Slice {
  /** The filters of the review queue that these images pass, one for each column. */
  filters: MetadataFilter[];
  images: number;
  /** Scanned, with a given label that the model knows: the denominator of the shares. */
  scored: number;
  flagged: number;
  flaggedShare: Interval;
  reviewed: number;
  /** Found wrong by a person. */
  wrong: number;
  /** Share of the reviewed that was found wrong. */
  confirmed: Interval;
  /** Share of all that is likely wrong, including what was found. */
  estimated: Interval;
  estimatedFrom: 'audit' | 'probabilities';
}

/** Answer of GET /api/overview/slices: the dataset by one further column, or by two at once. */
export interface Slices {
  columns: string[];
  slices: Slice[];
  /** All images that have a value of each column, and those that lack one. */
  all: Slice;
  none: number;
  /** Images whose value, or pair of values, is rarer than those of the slices. */
  further: { values: number; images: number };
}

/** The random samples drawn to learn what the queue misses: for the Overview, and in rounds. */
export interface AuditSummary {
  /** When the last one was. */
  drawnAt: string;
  samples: number;
  /** Images of all of them. */
  size: number;
  reviewed: number;
  wrong: number;
  /** Number of images behind the estimates: of each sample in its order, up to the first unreviewed one. */
  counted: number;
}

/** The present run against the one before: another model, or another fit. */
/** The model of a run. */
export interface ComparedRun {
  name: string;
  version: string;
  /** Its precision and views, in words; '' for imported predictions. */
  how: string;
}

export interface RunComparison {
  before: ComparedRun & { keptAt: string };
  now: ComparedRun;
  /** Scanned in both runs. */
  images: number;
  /** Flagged now, and not before. */
  gained: number;
  /** Flagged before, and not now. */
  lost: number;
  stillFlagged: number;
  suggestionChanged: number;
  /** [before][now] images by the label that each run suggests. */
  suggested: number[][];
}

/** Summary of a dataset's review. Labels are indices of dataset classes. */
export interface Overview {
  /** Scanned, with a given label that the model knows: the population of the estimates. */
  scored: number;
  reviewed: number;
  /** Found wrong by a person. */
  wrong: number;
  /** Wrong labels in all, found ones included. */
  estimated: Interval;
  /** Wrong labels among the images without a verdict. */
  left: Interval;
  /** Whether the estimates are based on a random sample, or on the model's probabilities only. */
  estimatedFrom: 'audit' | 'probabilities';
  unreviewed: number;
  classes: ClassOverview[];
  /** [given][suggested] images without a verdict by given label and by the one that is suggested. */
  suggested: number[][];
  /** [given][predicted] images by given label and GReFEL's prediction: the most likely corrected label. */
  corrected: number[][];
  /** The same by the most likely primary label: the prediction without reliability balancing. */
  primary: number[][];
  /** Images by confidence, CONFIDENCE_BINS bins, and their mean. */
  confidence: Record<'primary' | 'corrected', { bins: number[]; mean: number }>;
  yield: ReviewYield;
  secondsPerImage: number | null;
  advice: Advice;
  audit: AuditSummary | null;
  /** What was learned from the labels; null before that. */
  fit: Pick<
    LabelFit,
    | 'confidentJoint'
    | 'joint'
    | 'tunedShare'
    | 'classMap'
    | 'agreement'
    | 'groupedBy'
    | 'embeddingDistance'
    | 'adaptation'
    | 'fittedAt'
  > | null;
  /** Further columns of the source that the dataset can be sliced by. */
  sliceable: string[];
  /** Null where there was no run before. */
  comparison: RunComparison | null;
}

export const auditRequestSchema = z.object({ size: z.int().min(10).max(5000).default(100) });
const columnNameSchema = z.string().min(1).max(500);
export const slicesQuerySchema = z.object({
  column: columnNameSchema,
  /** A second column: a slice is then a pair of values. */
  within: columnNameSchema.optional(),
});
