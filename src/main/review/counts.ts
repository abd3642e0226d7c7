import { STATUSES, type Status } from '../../domain/verdicts.ts';
import type { ProjectCounts } from '../../protocol/api.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';

/**
 * Progress of the scan and the review. Needed after every decision, so nothing is counted here.
 * @param vanished images of the project whose files are gone, which the index does not contain
 */
export function projectCounts(
  { size, statusCounts, scanCounts }: ReviewIndex,
  vanished: number,
): ProjectCounts {
  const { scanned, unreadable, flagged } = scanCounts;
  const statuses = Object.fromEntries(
    STATUSES.map((status, code) => [status, statusCounts[code] ?? 0]),
  ) as Record<Status, number>;
  return {
    images: size,
    pending: size - scanned - unreadable,
    scanned,
    unreadable,
    vanished,
    flagged,
    reviewed: size - statuses.unreviewed,
    statuses,
  };
}
