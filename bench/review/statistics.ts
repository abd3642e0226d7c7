const FRAME_MS = 1000 / 60;

/** The value below which a given share of the values falls, rounded; NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
}

/** Late frames of a 60 Hz screen, of all that were due. */
export function droppedFrames(times: readonly number[]): string {
  const due = times.map((time) => Math.max(1, Math.round(time / FRAME_MS)));
  const all = due.reduce((sum, frames) => sum + frames, 0);
  return `${all - times.length} of ${all}`;
}
