/** No decision is older than the method that this program implements. */
const FIRST_POSSIBLE_MS = Date.UTC(2024, 9, 1);
/** So far two computers' clocks may differ without being wrong. */
const CLOCKS_DIFFER_MS = 24 * 60 * 60 * 1000;

/** Whether a decision can have been made at a time: not before the program existed, nor in the future. */
export function isPossibleTime(decidedAtMs: number, nowMs = Date.now()): boolean {
  return decidedAtMs >= FIRST_POSSIBLE_MS && decidedAtMs <= nowMs + CLOCKS_DIFFER_MS;
}

/**
 * Of two decisions of one annotator on one image, whether the later one in the log (of a project, or of files
 * in their order) counts. Their times decide if both are plausible; if a clock was wrong, the log decides.
 */
export function supersedes(laterInLogMs: number, earlierInLogMs: number, nowMs = Date.now()): boolean {
  const areComparable = isPossibleTime(laterInLogMs, nowMs) && isPossibleTime(earlierInLogMs, nowMs);
  return !areComparable || laterInLogMs >= earlierInLogMs;
}
