/** A longer gap between two verdicts is a break and no thinking time. */
const BREAK_MS = 60_000;
const RECENT_VERDICTS = 200;
const FEWEST_GAPS = 5;

/**
 * Seconds that a person spends on an image, from the times of their decisions: breaks do not count, and
 * images of one bulk decision share its time.
 * @param timesMs ascending, milliseconds since 1970
 * @returns null if there are too few decisions
 */
export function secondsPerImage(timesMs: readonly number[]): number | null {
  const recent = timesMs.slice(-RECENT_VERDICTS);
  let gaps = 0;
  let activeMs = 0;
  for (let index = 1; index < recent.length; index++) {
    const gapMs = (recent[index] as number) - (recent[index - 1] as number);
    if (gapMs > BREAK_MS) continue;
    gaps++;
    activeMs += gapMs;
  }
  return gaps < FEWEST_GAPS || activeMs === 0 ? null : activeMs / 1000 / gaps;
}
