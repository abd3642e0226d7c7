import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { BatchJob, type BatchWork } from '../../../src/main/jobs/batchJob.ts';
import type { JobProgress } from '../../../src/protocol/api.ts';

const DAMAGED = new AppError('project-invalid', 'the project is damaged', 'Go back to its backup.');

/** Ten items; `change` is the fault. */
function jobOf(change: Partial<BatchWork<number, number>>, told: JobProgress[] = []) {
  let next = 0;
  return new BatchJob<number, number>({
    kind: 'scan',
    done: 0,
    total: 10,
    nextBatch: () => (next < 10 ? [next++] : []),
    run: async (batch) => batch,
    store: () => {},
    close: async () => {},
    progress: (job) => told.push(job),
    ...change,
  });
}

const refuse = () => {
  throw DAMAGED;
};

describe('a job whose project is damaged', () => {
  it.each([
    ['a batch cannot be stored', { store: refuse }],
    ['a batch cannot be listed', { nextBatch: refuse }],
  ])('fails with what to do where %s, and never rejects', async (_, change) => {
    const told: JobProgress[] = [];
    const ended = await jobOf(change, told).run();
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'project-invalid', hint: DAMAGED.hint } });
    expect(told.at(-1)).toEqual(ended);
  });

  it('ends also where what runs its batches cannot be closed', async () => {
    const close = () => Promise.reject(new Error('the pipe is gone'));
    expect((await jobOf({ close }).run()).state).toBe('done');
    const cancelled = jobOf({ close, run: () => new Promise(() => {}) });
    const failing = jobOf({ close, store: refuse }).run();
    cancelled.cancel();
    expect((await failing).state).toBe('failed');
  });
});
