import type { JobProgress } from '../../protocol/api.ts';
import type { JobSigns } from '../../protocol/desktop.ts';
import { describeJobEnd } from '../ui/wording.ts';

/** Nobody walks away from a shorter job. */
const LONG_MS = 20_000;

/** What the desktop shows of a job, from its reports. */
export class JobFollower {
  #startedMs: number | null = null;

  follow(job: JobProgress | null, nowMs: number): JobSigns {
    if (job?.state === 'running') {
      this.#startedMs ??= nowMs;
      return { progress: job.total === 0 ? 0 : Math.round((100 * job.done) / job.total) / 100, ended: null };
    }
    if (job?.state === 'paused') return { progress: null, ended: null };
    const wasLong = this.#startedMs !== null && nowMs - this.#startedMs >= LONG_MS;
    this.#startedMs = null;
    const ended = wasLong && (job?.state === 'done' || job?.state === 'failed');
    return { progress: null, ended: ended ? describeJobEnd(job) : null };
  }
}
