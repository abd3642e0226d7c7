import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { drawSample, seededRandom } from '../../shared/random.ts';
import type { ReviewIndex } from '../flags/index.ts';
import type { ProjectFile } from '../project/index.ts';
import { isJudgeable } from './judgement.ts';

const auditSchema = z.object({
  drawnAt: z.string(),
  seed: z.int(),
  /** In the order in which they were drawn. */
  sampleIds: z.array(z.int()),
  /** Images that had a verdict when the sample was drawn: it says nothing of them. */
  reviewedBefore: z.array(z.int()),
});

/** A simple random sample of the images that had no verdict when it was drawn. */
export type Audit = z.infer<typeof auditSchema>;

/** The images of an audit by id, to ask for one at a time; empty where none was drawn. */
export interface AuditedImages {
  sampled: ReadonlySet<number>;
  reviewedBefore: ReadonlySet<number>;
}

export function auditedImages(audit: Audit | null): AuditedImages {
  return { sampled: new Set(audit?.sampleIds), reviewedBefore: new Set(audit?.reviewedBefore) };
}

const SETTING = 'audit';

export function readAudit(project: ProjectFile): Audit | null {
  return project.settings.read(SETTING, auditSchema);
}

/**
 * Draws a new random sample in place of the one before. Verdicts stay, whatever sample they came from.
 * @param judgeable whether a row's label can be right or wrong, where the index hides that
 * @throws AppError `nothing-scanned` where no image without a verdict has been read
 */
export function drawAudit(
  project: ProjectFile,
  index: ReviewIndex,
  size: number,
  seed: number,
  judgeable: (row: number) => boolean = (row) => isJudgeable(index, row),
): Audit {
  const open: number[] = [];
  const reviewedBefore: number[] = [];
  for (let row = 0; row < index.size; row++) {
    const id = index.id[row] as number;
    if (index.status[row] !== 0) reviewedBefore.push(id);
    else if (judgeable(row)) open.push(id);
  }
  if (open.length === 0) {
    throw new AppError(
      'nothing-scanned',
      'there is no image without a verdict to draw from',
      'Scan the dataset first; where every image has a verdict, nothing is left to estimate.',
    );
  }
  const audit = {
    drawnAt: new Date().toISOString(),
    seed,
    sampleIds: drawSample(open, size, seededRandom(seed)),
    reviewedBefore,
  };
  project.settings.write(SETTING, audit);
  return audit;
}
