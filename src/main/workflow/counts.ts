import type { ProjectCounts } from '../../shared/api.ts';
import { STATUSES, type Status } from '../../shared/review.ts';
import { belongs, type ReviewIndex } from '../flags/index.ts';
import type { ProjectFile } from '../project/index.ts';

/** How far the scan and the review have come. */
export function countProject(project: ProjectFile, index: ReviewIndex): ProjectCounts {
  const statuses: Record<Status, number> = {
    unreviewed: 0,
    kept: 0,
    relabelled: 0,
    excluded: 0,
    ambiguous: 0,
  };
  let flagged = 0;
  for (let row = 0; row < index.size; row++) {
    statuses[STATUSES[index.status[row] as number] as Status]++;
    if (belongs(index, row, 'flagged')) flagged++;
  }
  return {
    images: index.size,
    ...project.samples.counts(),
    flagged,
    reviewed: index.size - statuses.unreviewed,
    statuses,
  };
}
