import { z } from 'zod';

/** What a person decided about a label. */
export const VERDICTS = ['kept', 'relabelled', 'excluded', 'ambiguous'] as const;
export const STATUSES = ['unreviewed', ...VERDICTS] as const;

export type VerdictKind = (typeof VERDICTS)[number];
export type Status = (typeof STATUSES)[number];

/** Made anew for each key press: a request that is sent again, because no answer came, is heard once. */
export const requestIdSchema = z.string().min(8).max(64).optional();

/** A verdict as a page or a script hands it in. `label` is the index of a dataset class, for `relabelled` only. */
export const verdictRequestSchema = z
  .object({
    sampleIds: z.array(z.int().positive()).min(1).max(100_000),
    verdict: z.enum(VERDICTS),
    label: z.int().min(0).nullable().default(null),
    note: z.string().max(2000).default(''),
    requestId: requestIdSchema,
  })
  .refine((request) => (request.verdict === 'relabelled') === (request.label !== null), {
    message: 'a label goes with the verdict `relabelled`, and only with it',
  });
export type VerdictRequest = z.input<typeof verdictRequestSchema>;

/** What stands on an image after a verdict, an undo or a redo. */
export interface VerdictChange {
  sampleId: number;
  status: Status;
  /** The label after the verdict; null when excluded. */
  label: number | null;
}

/** A verdict as it stands in the log; `cleared` is what an undo leaves where nothing was decided before. */
export interface VerdictEntry {
  annotator: string;
  verdict: VerdictKind | 'cleared';
  label: string | null;
  note: string;
  /** ISO 8601, UTC. */
  decidedAt: string;
}

/** Keys that set a class: 1 to 9, then letters that no other command uses. */
const CLASS_KEYS = [...'123456789', ...'bcdefhijklmnopqrstuvwyz'];

/** The key of the dataset class at `index`, or '' where the keys are used up. */
export function classKey(index: number): string {
  return CLASS_KEYS[index] ?? '';
}
