import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { JobRunner } from '../../../src/main/jobs/jobRunner.ts';

const FIXED = { name: 'a scan', replaceable: false };
const REPLACEABLE = { name: 'a fit', replaceable: true };

/** Waits as long as it takes, or until it is aborted. */
const untilStopped = (signal: AbortSignal) =>
  new Promise<string>((resolve) => {
    signal.addEventListener('abort', () => setTimeout(() => resolve('stopped'), 5));
  });

const codeOf = (job: Promise<unknown>) =>
  job.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe('jobs of a dataset', () => {
  it('run one at a time, whatever begins, replaces, cancels and fails', async () => {
    const step = fc.record({
      replaceable: fc.boolean(),
      turns: fc.nat(4),
      fails: fc.boolean(),
      after: fc.constantFrom('wait', 'go on', 'cancel'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const runner = new JobRunner();
        let running = 0;
        const ends: Promise<string>[] = [];
        for (const { replaceable, turns, fails, after } of steps) {
          const job = runner.run({ name: 'a job', replaceable }, async (signal) => {
            running++;
            expect(running).toBe(1);
            for (let turn = 0; turn < turns && !signal.aborted; turn++)
              await new Promise((resolve) => setImmediate(resolve));
            running--;
            if (fails) throw new Error('failed');
          });
          ends.push(codeOf(job));
          if (after === 'cancel') runner.cancel();
          if (after === 'wait') await ends.at(-1);
        }
        await runner.close();
        const known = ['done', 'Error: failed', 'bad-request', 'interrupted'];
        for (const end of await Promise.all(ends)) expect(known).toContain(end);
        expect(running).toBe(0);
        expect(runner.begun).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it('are replaced by the last that begins, and those between never begin', async () => {
    const runner = new JobRunner();
    const begun: string[] = [];
    const job = (name: string) =>
      runner.run(REPLACEABLE, async (signal) => {
        begun.push(name);
        return name === 'last' ? name : untilStopped(signal);
      });
    const first = job('first');
    await expect.poll(() => begun).toEqual(['first']);
    const [second, last] = [codeOf(job('second')), job('last')];
    expect(await first).toBe('stopped');
    expect(await second).toBe('interrupted');
    expect(await last).toBe('last');
    expect(begun).toEqual(['first', 'last']);
  });

  it('are refused while one runs that may not be replaced, and run after it has failed', async () => {
    const runner = new JobRunner();
    const { promise, reject } = Promise.withResolvers<void>();
    const scan = codeOf(runner.run(FIXED, () => promise));
    expect(await codeOf(runner.run(REPLACEABLE, async () => {}))).toBe('bad-request');
    expect(await codeOf(runner.run(FIXED, async () => {}))).toBe('bad-request');
    reject(new Error('the disk is full'));
    expect(await scan).toBe('Error: the disk is full');
    expect(await runner.run(FIXED, async () => 'next')).toBe('next');
  });

  it('are ended by closing, which waits for them and lets none begin', async () => {
    const runner = new JobRunner();
    let [begun, ended] = [false, false];
    const job = runner.run(FIXED, async (signal) => {
      begun = true;
      await untilStopped(signal);
      ended = true;
    });
    await expect.poll(() => begun).toBe(true);
    await runner.close();
    expect(ended).toBe(true);
    await job;
    expect(await codeOf(runner.run(FIXED, async () => {}))).toBe('interrupted');
  });
});
