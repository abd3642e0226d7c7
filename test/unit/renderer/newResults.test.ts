import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NewResults } from '../../../src/renderer/state/newResults.svelte.ts';
import type { Review } from '../../../src/renderer/state/review.svelte.ts';
import type { Session } from '../../../src/renderer/state/session.svelte.ts';
import type { JobProgress, ProjectCounts } from '../../../src/shared/api.ts';

const scan = (change: Partial<JobProgress>): JobProgress => ({
  kind: 'scan',
  state: 'running',
  done: 10,
  total: 100,
  imagesPerSecond: 20,
  secondsLeft: 4,
  error: null,
  ...change,
});
const counts = { flagged: 3 } as ProjectCounts;

/** An empty queue of a page, and what the core says meanwhile. */
function emptyQueue(job: JobProgress) {
  const core = { job, project: { fittedAt: null as string | null, counts: { read: 10 } } };
  const open = vi.fn();
  const review = { queue: { loaded: true, total: 0 }, detail: null, shown: null, request: {}, open };
  const results = new NewResults(review as unknown as Review, core as unknown as Session);
  results.begin();
  return { core, open, results, queue: review.queue };
}

describe('a first queue', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is shown at once while a scan has long to go', () => {
    const { open, results } = emptyQueue(scan({ secondsLeft: 600 }));
    results.onCounts(counts);
    expect(open).toHaveBeenCalledOnce();
  });

  it('waits for a scan that ends soon and for the fit after it', () => {
    const { core, open, results } = emptyQueue(scan({}));
    results.onCounts(counts);
    vi.advanceTimersByTime(2000);
    core.job = scan({ state: 'done', secondsLeft: null });
    results.onCounts(counts);
    vi.advanceTimersByTime(300);
    core.job = scan({ kind: 'fit', secondsLeft: null });
    vi.advanceTimersByTime(2000);
    expect([open.mock.calls.length, results.holds]).toEqual([0, true]);
    core.job = scan({ kind: 'fit', state: 'done', secondsLeft: null });
    core.project.fittedAt = '2026-01-01T00:00:00.000Z';
    results.onCounts(counts);
    expect([open.mock.calls.length, results.holds]).toEqual([1, false]);
  });

  it.each([
    [
      'what follows a scan that has just ended, if it comes',
      scan({ state: 'done', secondsLeft: null }),
      900,
      600,
    ],
    ['a fit, if it does not take long', scan({ kind: 'fit', secondsLeft: null }), 9000, 2000],
  ])('waits for %s', (_, job, waitsMs, noMoreAfterMs) => {
    const { open, results } = emptyQueue(job);
    results.onCounts(counts);
    vi.advanceTimersByTime(waitsMs);
    expect(open).not.toHaveBeenCalled();
    vi.advanceTimersByTime(noMoreAfterMs);
    expect(open).toHaveBeenCalledOnce();
  });
});

describe('a queue', () => {
  it('is outdated by a fit that ended after it was made, until it is made anew', () => {
    const { core, results } = emptyQueue(scan({}));
    expect(results.outdated).toBe(false);
    core.project.fittedAt = '2026-01-01T00:00:00.000Z';
    expect(results.outdated).toBe(true);
    results.begin();
    expect(results.outdated).toBe(false);
  });
});
