import cliProgress from 'cli-progress';
import type { JobProgress } from '../../../protocol/api.ts';

const LINE_EVERY_MS = 5000;
const TITLES: Record<JobProgress['kind'], string> = {
  import: 'Importing',
  faces: 'Looking for faces',
  scan: 'Scanning images',
  predictions: 'Checking predictions',
  fit: 'Learning from the labels',
};

/** A bar on a terminal, else a line every few seconds. */
export function showProgress(quiet: boolean): { update(job: JobProgress): void; stop(): void } {
  if (quiet) return { update: () => {}, stop: () => {} };
  return process.stderr.isTTY ? progressBar() : progressLines();
}

function progressBar() {
  const bar = new cliProgress.SingleBar({
    format: '{title} {bar} {percentage} %  {value}/{total}  {rate}/s  {left}',
    barCompleteChar: '━',
    barIncompleteChar: ' ',
    stream: process.stderr,
    hideCursor: true,
  });
  let started: JobProgress['kind'] | null = null;
  return {
    update(job: JobProgress) {
      const payload = { title: TITLES[job.kind], rate: job.imagesPerSecond.toFixed(0), left: timeLeft(job) };
      if (started === job.kind) bar.update(job.done, payload);
      else bar.start(job.total, job.done, payload);
      started = job.kind;
    },
    stop: () => bar.stop(),
  };
}

function progressLines() {
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    update(job: JobProgress) {
      const now = performance.now();
      if (job.state === 'running' && now - lastMs < LINE_EVERY_MS) return;
      lastMs = now;
      const rate = job.imagesPerSecond > 0 ? `${job.imagesPerSecond.toFixed(0)}/s, ` : '';
      process.stderr.write(`${TITLES[job.kind]}: ${job.done} of ${job.total}, ${rate}${timeLeft(job)}\n`);
    },
    stop() {},
  };
}

function timeLeft({ secondsLeft, state }: JobProgress): string {
  if (state !== 'running') return state;
  if (secondsLeft === null) return 'starting';
  if (secondsLeft < 90) return `${Math.ceil(secondsLeft)} s left`;
  return secondsLeft < 5400
    ? `${Math.ceil(secondsLeft / 60)} min left`
    : `${(secondsLeft / 3600).toFixed(1)} h left`;
}
