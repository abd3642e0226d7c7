import { z } from 'zod';
import type { MetadataFilter } from '../domain/metadata.ts';
import type { Interval } from '../labelQuality/intervals.ts';
import type { LabelFit } from '../labelQuality/labelFit.ts';
import type { ReviewYield } from '../labelQuality/reviewYield.ts';
import type { Advice } from '../labelQuality/stopAdvice.ts';

/** Bins of equal width over 0 to 1 in every histogram of the overview. */
export const CONFIDENCE_BINS = 20;

/** Images by the label that they were given. Shares are of the class's images that were read. */
export interface ClassOverview {
  label: number;
  /** Given this label. */
  images: number;
  read: number;
  flagged: number;
  reviewed: number;
  /** Found wrong by a person: corrected or excluded. */
  wrong: number;
  /** Share of the reviewed that was found wrong. The queue's order makes it higher than the class's own. */
  confirmed: Interval;
  /** Share of all that is likely wrong, what was found included. */
  estimated: Interval;
  /** Whether a random sample stands behind the estimate, or the model's probabilities alone. */
  estimatedFrom: 'audit' | 'probabilities';
  /** Images that carry this label now, after the verdicts. */
  afterVerdicts: number;
  /** And if every flagged image without a verdict took its suggestion. */
  afterSuggestions: number;
}

/** Images that share a value of one or two further columns of the source, or whose number lies in a band. */
export interface Slice {
  /** The filters of the review queue that these images pass, one for each column. */
  filters: MetadataFilter[];
  images: number;
  /** Read and with a given label that the model knows: what the shares are of. */
  judgeable: number;
  flagged: number;
  flaggedShare: Interval;
  reviewed: number;
  /** Found wrong by a person. */
  wrong: number;
  /** Share of the reviewed that was found wrong. */
  confirmed: Interval;
  /** Share of all that is likely wrong, what was found included. */
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

/** The random samples that were drawn to learn what the queue misses: for the overview, and into rounds. */
export interface AuditSummary {
  /** When the last one was. */
  drawnAt: string;
  samples: number;
  /** Images of all of them. */
  size: number;
  judged: number;
  wrong: number;
  /** Images that the estimates rest on: of each sample in its order, up to the first one that is not judged. */
  counted: number;
}

/** The present run against the one before: another model, or another fit. */
/** What read the images in a run. */
export interface ComparedRun {
  name: string;
  version: string;
  /** Its precision and in how many views, in words; '' for predictions that were imported. */
  how: string;
}

export interface RunComparison {
  before: ComparedRun & { keptAt: string };
  now: ComparedRun;
  /** Read by both. */
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

/** What the review knows of a dataset as a whole. Labels are indices of dataset classes. */
export interface Overview {
  /** Read and with a given label that the model knows: what the estimates are about. */
  judgeable: number;
  reviewed: number;
  /** Found wrong by a person. */
  wrong: number;
  /** Wrong labels in all, found ones included. */
  estimated: Interval;
  /** Wrong labels among the images without a verdict. */
  left: Interval;
  unreviewed: number;
  classes: ClassOverview[];
  /** [given][suggested] images by given label and by the one that is suggested. */
  suggested: number[][];
  /** [given][read] images by given label and by what GReFEL reads: the likeliest corrected label. */
  corrected: number[][];
  /** The same by the likeliest primary one: what it reads without reliability balancing. */
  primary: number[][];
  /** Images by confidence, CONFIDENCE_BINS bins, and their mean. */
  confidence: Record<'primary' | 'corrected', { bins: number[]; mean: number }>;
  yield: ReviewYield;
  secondsPerImage: number | null;
  advice: Advice;
  audit: AuditSummary | null;
  /** What was learnt from the labels; null before a fit. */
  fit: Pick<
    LabelFit,
    | 'confidentJoint'
    | 'joint'
    | 'headShare'
    | 'agreement'
    | 'groupedBy'
    | 'remoteness'
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
