import type { ProjectCounts } from '../../shared/api.ts';
import { STATUSES, type Status } from '../../shared/review.ts';
import { belongs, type ReviewIndex } from '../flags/index.ts';

/** How far the scan and the review have come. Asked after every verdict, so that only what changed is counted. */
export class ProjectCounter {
  readonly #index: ReviewIndex;
  readonly #vanished: number;
  #version = -1;
  #readings = { read: 0, unreadable: 0, flagged: 0 };

  constructor(index: ReviewIndex, vanished: number) {
    this.#index = index;
    this.#vanished = vanished;
  }

  counts(): ProjectCounts {
    const { size, statusCounts, version } = this.#index;
    if (version !== this.#version) this.#readings = countReadings(this.#index);
    this.#version = version;
    const { read, unreadable, flagged } = this.#readings;
    const statuses = Object.fromEntries(
      STATUSES.map((status, code) => [status, statusCounts[code] ?? 0]),
    ) as Record<Status, number>;
    return {
      images: size,
      pending: size - read - unreadable,
      read,
      unreadable,
      vanished: this.#vanished,
      flagged,
      reviewed: size - statuses.unreviewed,
      statuses,
    };
  }
}

function countReadings(index: ReviewIndex): { read: number; unreadable: number; flagged: number } {
  const counts = { read: 0, unreadable: 0, flagged: 0 };
  for (let row = 0; row < index.size; row++) {
    counts.read += index.read[row] as number;
    counts.unreadable += index.unreadable[row] as number;
    if (belongs(index, row, 'flagged')) counts.flagged++;
  }
  return counts;
}
