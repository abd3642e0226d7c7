import { z } from 'zod';
import { type MetadataFacet, metadataFilterSchema } from '../domain/metadata.ts';
import { STATUSES, type Status } from '../domain/verdicts.ts';
import type { WordRecord } from '../domain/wordRecord.ts';
import { DEFAULT_SCORE, SCORE_IDS } from '../labelQuality/scores/index.ts';
import { SHOWS, type Show } from './shows.ts';

/** Filters of the review queue; an empty list means "any". Labels are indices of dataset classes. */
export const queueFilterSchema = z.object({
  show: z.enum(SHOWS).default('flagged'),
  given: z.array(z.int()).default([]),
  suggested: z.array(z.int()).default([]),
  /** Suggested by the previous run. */
  earlier: z.array(z.int()).default([]),
  splits: z.array(z.string()).default([]),
  statuses: z.array(z.enum(STATUSES)).default([]),
  minScore: z.number().min(0).max(1).default(0),
  maxScore: z.number().min(0).max(1).default(1),
  /** Of the corrected distribution. */
  minConfidence: z.number().min(0).max(1).default(0),
  maxConfidence: z.number().min(0).max(1).default(1),
  /** Part of the file's name, any case. */
  name: z.string().max(200).default(''),
  /** By the source's further columns, all of which must hold. */
  metadata: z.array(metadataFilterSchema).max(20).default([]),
});
export type QueueFilter = z.infer<typeof queueFilterSchema>;

/**
 * How a queue is grouped: images with the same given label, the same suggestion, or both, the largest group
 * first; or duplicates, images around the same anchor, or runs of frames, sorted by the highest score in
 * each.
 */
export const GROUPINGS = ['none', 'given', 'suggested', 'pair', 'duplicates', 'anchor', 'run'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export const queueRequestSchema = z.object({
  filter: queueFilterSchema.prefault({}),
  score: z.enum(SCORE_IDS).default(DEFAULT_SCORE),
  group: z.enum(GROUPINGS).default('none'),
});
export type QueueRequest = z.input<typeof queueRequestSchema>;

/** A queue that the new one continues, and the image that its reviewer has reached. */
const queuePlaceSchema = z.object({ queueId: z.string(), sampleId: z.int() });
export type QueuePlace = z.infer<typeof queuePlaceSchema>;

export const newQueueSchema = queueRequestSchema.extend({
  /** What is behind this place stays, and only what is ahead gets another order. Not for grouped queues. */
  continues: queuePlaceSchema.optional(),
  /** The image to start at, null for the first without a decision; without it, the place that is kept for the annotator. */
  startWith: z.int().positive().nullable().optional(),
});

/** One image large, or a grid of them. */
export const VIEWS = ['single', 'grid'] as const;
export type View = (typeof VIEWS)[number];

/** One row of the queue. Labels are indices of dataset classes. */
export interface QueueItem {
  id: number;
  image: string;
  given: number | null;
  suggested: number | null;
  /** By the score that the queue is ordered by, 0 to 1, higher = more likely wrong. */
  score: number | null;
  /** The probability that the given label is wrong, whatever the queue is ordered by. */
  wrong: number | null;
  /** Its pair of classes is in doubt, so that it does not count as likely wrong. */
  held: boolean;
  status: Status;
  /** The label after the verdict; null when excluded. */
  label: number | null;
  /** In a split that results are reported on. */
  inTestSplit: boolean;
}

/** How many images each choice of a filter would show, all the other filters staying as they are. */
export interface QueueFacets {
  show: Record<Show, number>;
  given: number[];
  suggested: number[];
  splits: WordRecord<number>;
  statuses: Record<Status, number>;
  /** Images by score in 20 bins of equal width over 0 to 1. */
  scoreHistogram: number[];
  confidenceHistogram: number[];
  /** Of the source's further columns, in its order. */
  metadata: MetadataFacet[];
}

/** Images of a queue that are gathered because they have something in common. */
export interface QueueGroup {
  /** Position of the first. */
  start: number;
  count: number;
  /** Null if the queue is not grouped by it, or if there is none. For a cluster: what all have in common. */
  given: number | null;
  /** For a cluster: the prediction of most of its images. */
  suggested: number | null;
  /**
   * Name of a cluster, '' for duplicates; null for a group by labels, and for images that are in no cluster.
   */
  name: string | null;
}

/** How far the review of a queue has come. */
export interface QueueTally {
  /** Images of the queue without a verdict. */
  unreviewed: number;
  /** Of each group, the images that a verdict on all of it skips, because they have one. */
  reviewedInGroups: number[];
}

/** Images at some positions of a queue. */
export interface RangeTally {
  images: number;
  /** Those that a verdict on all of them skips, because they have one. */
  reviewed: number;
}

/** Items of a queue that are asked for together: those from a multiple of this on. */
export const QUEUE_PAGE = 100;

/**
 * A queue is a snapshot: its order does not change under the eye when verdicts or a running scan change
 * scores. Ask for a new one to see them, which can continue this one.
 */
export interface QueueSnapshot {
  queueId: string;
  total: number;
  /** Images without a verdict. */
  unreviewed: number;
  facets: QueueFacets;
  /** In the order of the queue; empty where nothing is grouped. */
  groups: QueueGroup[];
  /** Of each group, the images that a verdict on all of it skips, because they have one. */
  reviewedInGroups: number[];
  /** Where to start: the place kept from the last time, or the first image without a verdict. */
  startAt: number;
  /** Images before that without a verdict. */
  unreviewedBefore: number;
  /** Positions that are the same as in the queue that this one continues; 0 if it continues none. */
  kept: number;
}

/** A new queue with the page of its items that it starts in, so that the first image is known at once. */
export interface NewQueue extends QueueSnapshot {
  items: QueueItem[];
}

/** Position of the first item of the page that a position is in. */
export const pageStart = (position: number): number => position - (position % QUEUE_PAGE);

/** Positions of a queue from `start` up to and without `end`. */
export interface PositionRange {
  start: number;
  end: number;
}
