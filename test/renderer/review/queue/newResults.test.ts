import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobProgress, ProjectCounts, ProjectSummary } from '../../../../src/protocol/api.ts';
import { NewResults } from '../../../../src/renderer/review/queue/newResults.svelte.ts';
import type { Review } from '../../../../src/renderer/review/review.svelte.ts';
import { Session, type SessionEvents } from '../../../../src/renderer/shell/session.svelte.ts';

const scanJob = (change: Partial<JobProgress>): JobProgress => ({
  kind: 'scan',
  state: 'running',
  done: 10,
  total: 100,
  imagesPerSecond: 20,
  secondsLeft: 4,
  error: null,
  ...change,
});
const ended = (state: JobProgress['state']) => scanJob({ state, secondsLeft: null });
const fitJob = (state: JobProgress['state']) => scanJob({ kind: 'fit', state, secondsLeft: null });
const counts = { flagged: 3, scanned: 10 } as ProjectCounts;
const FITTED_AT = '2026-01-01T00:00:00.000Z';

const ignore = () => {};
const EVENTS: SessionEvents = {
  onDataset: ignore,
  onProject: ignore,
  onCounts: ignore,
  onFitted: ignore,
  onVerdicts: ignore,
  onJobEnded: ignore,
  onReconnect: ignore,
};

let told = 0;

/** An empty queue of a page; `tell` sends an event of the core meanwhile. */
function emptyQueue(job: JobProgress | null, fittedAt: string | null = null, folder = '/faces') {
  const session = new Session(EVENTS);
  const tell = (job: JobProgress | null, fittedAt: string | null = null, now = counts) =>
    session.takeState({
      version: '',
      project: { folder, fittedAt, queueChangedAt: fittedAt, counts: now } as ProjectSummary,
      job,
      recent: [],
      sample: '/sample',
      offered: null,
      revision: { core: 'core', opening: 'first', number: ++told },
    });
  tell(job, fittedAt);
  const open = vi.fn();
  const restart = vi.fn();
  const extendQueue = vi.fn().mockResolvedValue(true);
  const queue = { loaded: true, total: 0 };
  const review = {
    queue,
    detail: null,
    shown: null,
    request: {},
    openings: { open, restart },
    isDone: false,
    following: { possible: false },
    extendQueue,
  };
  const decideAll = () => {
    queue.total = 2;
    review.isDone = true;
  };
  const results = new NewResults(review as unknown as Review, session);
  results.begin();
  const follow = (possible = true) => {
    review.following.possible = possible;
  };
  return { extendQueue, follow, decideAll, open, restart, results, session, tell };
}

describe('a first queue', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('waits for a scan that ends soon and for the fit after it, and is waited for until it is there', () => {
    const { open, results, session, tell } = emptyQueue(scanJob({}));
    results.onCounts(counts);
    for (const job of [scanJob({}), ended('done'), fitJob('running'), fitJob('done')]) {
      tell(job);
      results.onCounts(counts);
      vi.advanceTimersByTime(2000);
      expect([open.mock.calls.length, results.holds]).toEqual([0, true]);
    }
    tell(fitJob('done'), FITTED_AT);
    results.onCounts(counts);
    expect([open.mock.calls.length, results.holds, session.isLearning]).toEqual([1, true, false]);
    results.begin();
    expect(results.holds).toBe(false);
  });

  it.each([
    ['a scan has long to go', scanJob({ secondsLeft: 600 })],
    ['a scan was cancelled', ended('cancelled')],
    ['a scan has failed', ended('failed')],
    ['a fit was cancelled', fitJob('cancelled')],
    ['a fit has failed', fitJob('failed')],
    ['nothing was done since the dataset was opened', null],
  ])('is shown at once where %s', (_, job) => {
    const { open, results, session } = emptyQueue(job);
    results.onCounts(counts);
    expect([open.mock.calls.length, results.holds, session.isLearning]).toEqual([1, false, false]);
  });

  it('is shown at once where the labels are fitted', () => {
    const { open, results, session } = emptyQueue(ended('done'), FITTED_AT);
    results.onCounts(counts);
    expect([open.mock.calls.length, session.isLearning]).toEqual([1, false]);
  });

  it.each([
    ['the fit that follows a scan', ended('done')],
    ['a fit', fitJob('running')],
  ])('waits for %s, but not for one that takes long', (_, job) => {
    const { open, results, session } = emptyQueue(job);
    results.onCounts(counts);
    vi.advanceTimersByTime(9000);
    expect([open.mock.calls.length, session.isLearning]).toEqual([0, true]);
    vi.advanceTimersByTime(2000);
    expect(open).toHaveBeenCalledOnce();
  });
});

describe('the first queue of the sample', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('waits for a clear flag: until the labels are learned, for half a minute at most', () => {
    const { open, results } = emptyQueue(scanJob({ secondsLeft: 600 }), null, '/sample');
    results.onCounts(counts);
    vi.advanceTimersByTime(29_000);
    expect([open.mock.calls.length, results.holds]).toEqual([0, true]);
    vi.advanceTimersByTime(2000);
    expect(open).toHaveBeenCalledOnce();
  });

  it.each(['failed', 'cancelled', 'paused'] as const)('is shown at once where the scan is %s', (state) => {
    const { open, results } = emptyQueue(ended(state), null, '/sample');
    results.onCounts(counts);
    expect(open).toHaveBeenCalledOnce();
  });
});

describe('a queue that is done while the scan continues', () => {
  it('is extended as soon as there are new results, and not before', () => {
    const { extendQueue, decideAll, results, session, tell } = emptyQueue(scanJob({}));
    decideAll();
    results.onCounts(counts);
    expect(extendQueue).not.toHaveBeenCalled();
    tell(scanJob({}), null, { ...counts, scanned: 20 });
    results.onCounts(session.project?.counts ?? counts);
    expect(extendQueue).toHaveBeenCalledOnce();
  });
});

describe('a queue during a scan', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const more = (scanned: number) => ({ ...counts, scanned });

  it('is extended by what the scan finds, at most every three seconds, and tried again where it could not be', async () => {
    const { extendQueue, follow, results, tell } = emptyQueue(scanJob({}));
    follow();
    expect(results.comesByItself).toBe(false);
    tell(scanJob({}), null, more(20));
    expect(results.comesByItself).toBe(true);
    extendQueue.mockImplementationOnce(async () => false);
    extendQueue.mockImplementation(async () => {
      results.begin();
      return true;
    });
    results.comeSoon();
    await vi.advanceTimersByTimeAsync(10);
    expect([extendQueue.mock.calls.length, results.count]).toEqual([1, 10]);
    await vi.advanceTimersByTimeAsync(2900);
    expect(extendQueue).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect([extendQueue.mock.calls.length, results.count, results.comesByItself]).toEqual([2, 0, false]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(extendQueue).toHaveBeenCalledTimes(2);
  });

  it('rests longer where making it takes long', async () => {
    const { extendQueue, follow, results, tell } = emptyQueue(scanJob({}));
    follow();
    extendQueue.mockImplementation(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return false;
    });
    tell(scanJob({}), null, more(20));
    results.comeSoon();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(extendQueue).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(extendQueue).toHaveBeenCalledTimes(2);
  });

  it('takes in what was learned from the scan, but only offers what was learned afterwards', () => {
    const { follow, results, tell } = emptyQueue(scanJob({}));
    follow();
    tell(ended('done'));
    tell(fitJob('running'));
    tell(fitJob('done'), FITTED_AT);
    expect(results.comesByItself).toBe(true);
    results.begin();
    tell(fitJob('done'), '2026-01-01T00:10:00.000Z'); // of decisions, or of another mapping
    expect([results.outdated, results.comesByItself]).toEqual([true, false]);
  });

  it('takes in what was learned while it was being made', () => {
    const { follow, results, tell } = emptyQueue(fitJob('running'));
    follow();
    const asked = results.known();
    tell(fitJob('done'), FITTED_AT);
    results.begin(asked);
    expect(results.comesByItself).toBe(true);
  });

  it('stays where positions mean something, and has news to offer', () => {
    const { follow, results, tell } = emptyQueue(scanJob({}));
    follow(false);
    tell(scanJob({}), null, more(20));
    expect([results.comesByItself, results.count]).toEqual([false, 10]);
  });
});

describe('a queue behind the guided tour', () => {
  it.each([
    ['is made again with what was scanned meanwhile', { scanned: 20, reviewed: 0 }, null, 1],
    ['is made again where the learning has ended meanwhile', { scanned: 10, reviewed: 0 }, FITTED_AT, 1],
    ['stays where nothing is new', { scanned: 10, reviewed: 0 }, null, 0],
    ['stays where somebody has reviewed already', { scanned: 20, reviewed: 1 }, null, 0],
  ])('%s', (_, now, fittedAt, times) => {
    const { restart, results, tell } = emptyQueue(scanJob({}));
    tell(scanJob({}), fittedAt, { ...counts, ...now });
    results.onTourLeft();
    expect(restart).toHaveBeenCalledTimes(times);
  });
});

describe('a queue', () => {
  it('is outdated by a fit that ended after it was made, until it is made again', () => {
    const { results, tell } = emptyQueue(scanJob({}));
    expect(results.outdated).toBe(false);
    tell(fitJob('done'), FITTED_AT);
    expect(results.outdated).toBe(true);
    results.begin();
    expect(results.outdated).toBe(false);
  });
});
