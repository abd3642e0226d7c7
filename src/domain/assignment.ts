import { z } from 'zod';
import { annotatorNameSchema } from './annotatorName.ts';
import { hashText } from './hash.ts';

/** How images are assigned to annotators: each gets a part, and some images go to all of them. */
export const assignmentPlanSchema = z.object({
  annotators: z
    .array(annotatorNameSchema)
    .min(2, 'name two annotators or more')
    .max(50)
    .refine((names) => new Set(names).size === names.length, 'an annotator is named twice'),
  /** Percentage of the images that every annotator reviews, to measure agreement. */
  overlapPercent: z.number().min(0).max(100).default(20),
  /** The same plan over the same images gives the same assignment, on every machine. */
  seed: z.int().min(0).default(1),
  /** Every image, or only those whose label is likely wrong. */
  of: z.enum(['all', 'flagged']).default('all'),
});
export type AssignmentPlan = z.output<typeof assignmentPlanSchema>;
export type AssignmentRequest = z.input<typeof assignmentPlanSchema>;

/** How far each annotator has come with their share. */
export interface ShareProgress {
  annotator: string;
  images: number;
  reviewed: number;
}

/** An assignment that was made. */
export interface Assignment extends AssignmentPlan {
  /** ISO 8601, UTC. */
  dealtAt: string;
  images: number;
  /** Images that every annotator has. */
  shared: number;
  shares: ShareProgress[];
}

/**
 * Assigns images to annotators by a hash of seed and name, so that their order, and the order of a dataset's folders,
 * do not matter. Shares differ by one image at most.
 * @param images names, each once
 * @returns for each annotator the indices of their images, ascending; and how many images all of them have
 */
export function splitImages(
  images: readonly string[],
  { annotators, overlapPercent, seed }: Pick<AssignmentPlan, 'annotators' | 'overlapPercent' | 'seed'>,
): { shares: number[][]; shared: number } {
  const keys = Float64Array.from(images, (image) => hashText(`${seed} ${image}`));
  const order = Array.from(images, (_, index) => index).sort(
    (a, b) =>
      (keys[a] as number) - (keys[b] as number) || ((images[a] as string) < (images[b] as string) ? -1 : 1),
  );
  const shared = Math.round((overlapPercent / 100) * images.length);
  const shares = annotators.map((_, person) =>
    order
      .filter((_, place) => place < shared || (place - shared) % annotators.length === person)
      .sort((a, b) => a - b),
  );
  return { shares, shared };
}
