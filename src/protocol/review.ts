import { z } from 'zod';
import { type Status, VERDICTS, type VerdictKind, type VerdictRole } from '../domain/verdicts.ts';

/** New for each key press: a request that is sent again, because no answer came, is processed once. */
export const requestIdSchema = z.string().min(8).max(64).optional();

/**
 * What a bulk decision does to images that have a decision already: it leaves them, unless asked to replace
 * it.
 */
const reviewedChoiceSchema = z.enum(['skip', 'replace']);
export type ReviewedChoice = z.infer<typeof reviewedChoiceSchema>;

/** A verdict as a page or a script hands it in. `label` is the index of a dataset class, for `relabelled` only. */
export const verdictRequestSchema = z
  .object({
    sampleIds: z.array(z.int().positive()).min(1).max(100_000),
    verdict: z.enum(VERDICTS),
    label: z.int().min(0).nullable().default(null),
    note: z.string().max(2000).default(''),
    /** Resolving a disagreement is an adjudication. */
    role: z.enum(['vote', 'adjudication']).default('vote'),
    /** By default one image is decided again, and of several those that were reviewed are skipped. */
    reviewed: reviewedChoiceSchema.optional(),
    requestId: requestIdSchema,
  })
  .refine((request) => (request.verdict === 'relabelled') === (request.label !== null), {
    message: '`relabelled` needs a label, other decisions take none',
  });
export type VerdictRequest = z.input<typeof verdictRequestSchema>;

/** What is hidden from an annotator, so that their labels are their own. */
export const blindnessSchema = z.object({
  /** Other annotators' decisions. */
  others: z.boolean(),
  /** The model's predictions, and so the flags. */
  suggestion: z.boolean(),
});
export type Blindness = z.infer<typeof blindnessSchema>;

/** Most images that are decided in one step. */
export const BULK_LIMIT = 100_000;

/** Positions in a queue, `end` not included. */
export const queueRangesSchema = z.array(z.object({ start: z.int().min(0), end: z.int().min(1) })).min(1);

/**
 * A decision on many images of a queue at once, undone as one step. Reviewed images are skipped unless
 * `reviewed` includes them. `suggestion` gives each image its own suggested label; `label` sets a class,
 * which keeps the label of images that have it already. Images without what a decision needs (a suggestion, a
 * given label) are left unchanged.
 */
export const bulkVerdictSchema = z
  .object({
    ranges: queueRangesSchema,
    verdict: z.enum(['label', 'suggestion', 'kept', 'excluded', 'ambiguous']),
    label: z.int().min(0).nullable().default(null),
    note: z.string().max(2000).default(''),
    /** In the queue of disagreements it is an adjudication, as a decision on one image is. */
    role: z.enum(['vote', 'adjudication']).default('vote'),
    reviewed: reviewedChoiceSchema.default('skip'),
    requestId: requestIdSchema,
  })
  .refine((request) => (request.verdict === 'label') === (request.label !== null), {
    message: '`label` needs a label, other decisions take none',
  });
export type BulkVerdict = z.input<typeof bulkVerdictSchema>;
export type BulkVerdictKind = BulkVerdict['verdict'];

/** Saves of a page that is being left that have not been answered. */
export const waitingSaveSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('verdict'), request: verdictRequestSchema }),
  z.object({ kind: z.literal('bulk'), queueId: z.string(), request: bulkVerdictSchema }),
  z.object({ kind: z.enum(['undo', 'redo']), requestId: requestIdSchema }),
]);
export type WaitingSave = z.input<typeof waitingSaveSchema>;

/** The resulting state of an image after a verdict, an undo or a redo. */
export interface VerdictChange {
  sampleId: number;
  status: Status;
  /** The label after the verdict; null when excluded. */
  label: number | null;
}

/** A verdict as it is in the log; `cleared` is what an undo leaves if nothing was decided before. */
export interface VerdictEntry {
  annotator: string;
  verdict: VerdictKind | 'cleared';
  label: string | null;
  note: string;
  /** ISO 8601, UTC. */
  decidedAt: string;
  role: VerdictRole;
}

/** Keys that set a class: 1 to 9, then letters that no other command uses. */
const CLASS_KEYS = [...'123456789', ...'bcdefhijklmnopqrstuvwyz'];

/** The key of the dataset class at `index`, or '' where the keys are used up. */
export function classKey(index: number): string {
  return CLASS_KEYS[index] ?? '';
}
