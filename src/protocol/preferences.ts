import { z } from 'zod';

export const THEMES = ['system', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

export const THUMBNAIL_SIDES = [48, 64, 96, 128, 192, 256] as const;

/** One person's preferences for how the program looks and behaves; the same for every project. */
export const preferencesSchema = z.object({
  theme: z.enum(THEMES).default('system').catch('system'),
  /** Small faces are enlarged as squares instead of smoothly. */
  pixelated: z.boolean().default(false).catch(false),
  /** Small faces fill the stage; by default they are enlarged four times at most. */
  fillStage: z.boolean().default(false).catch(false),
  /** Parts of the evidence that were left open. */
  whyOpen: z.boolean().default(false).catch(false),
  detailsOpen: z.boolean().default(false).catch(false),
  /** Side of a picture in the grid, in CSS pixels. */
  thumbnailSide: z.int().min(48).max(256).default(128).catch(128),
  /** The first steps on the sample dataset were taken, or skipped. */
  firstStepsDone: z.boolean().default(false).catch(false),
  /** The guided tour was taken, or left. */
  tourDone: z.boolean().default(false).catch(false),
  /** Keys that were changed, by the id of their action, in the form of tinykeys; an empty list is no key. */
  keys: z
    .record(z.string(), z.array(z.string().min(1).max(60)).max(4))
    .default({})
    .catch({}),
});
export type StoredPreferences = z.output<typeof preferencesSchema>;
