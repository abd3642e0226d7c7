import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type ChildLink, forkChild, makingWay } from '../../../src/main/processes/index.ts';
import { coreTimes, shareWaited } from '../../../src/main/processes/makingWay.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** See sched(7). */
const SCHED_IDLE = 5;

function hasChrt(): boolean {
  try {
    execFileSync('chrt', ['--version']);
    return process.platform === 'linux';
  } catch {
    return false;
  }
}

/** The 41st field of a thread's stat; its second, the name, is in parentheses. See proc(5). */
const policyOf = (pid: number, thread: string): number =>
  Number(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ')[38]);

function startMakingWay(code: string, start = makingWay()): { child: ChildLink; ended: Promise<string> } {
  const entry = join(temporaryFolder(), 'child.mjs');
  writeFileSync(entry, code);
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const child = start({ entry }, { message: () => {}, exit: resolve });
  onTestFinished(() => child.kill());
  return { child, ended };
}

const isIdle = (pid: number) => policyOf(pid, String(pid)) === SCHED_IDLE;

/** As measured on a process that waits this share of the time for a core. */
const waiting = (share: () => number) => {
  const times = { ran: 0, waited: 0 };
  return () => {
    times.ran += 1000 * (1 - share());
    times.waited += 1000 * share();
    return { ...times };
  };
};

it.runIf(hasChrt())('leaves the cores to all others at once, with every thread', async () => {
  const start = makingWay(
    forkChild,
    waiting(() => 0.5),
  );
  const { child } = startMakingWay('setInterval(() => {}, 1000);', start);
  const pid = child.pid as number;
  expect(os.getPriority(pid)).toBe(os.constants.priority.PRIORITY_BELOW_NORMAL);
  await vi.waitFor(() => {
    const threads = readdirSync(`/proc/${pid}/task`);
    expect(threads.length).toBeGreaterThan(4);
    expect(new Set(threads.map((thread) => policyOf(pid, thread)))).toEqual(new Set([SCHED_IDLE]));
  }, 10_000);
});

it.runIf(hasChrt())('is only nice as long as others take the cores', async () => {
  let share = 0.95;
  const start = makingWay(
    forkChild,
    waiting(() => share),
  );
  const { child } = startMakingWay('setInterval(() => {}, 1000);', start);
  const pid = child.pid as number;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(os.getPriority(pid)).toBe(os.constants.priority.PRIORITY_BELOW_NORMAL);
  expect(isIdle(pid)).toBe(false);
  share = 0.5;
  await vi.waitFor(() => expect(isIdle(pid)).toBe(true), 10_000);
});

it.runIf(hasChrt())(
  'ends what stands still as others take the cores; the next is only nice',
  async () => {
    let share = 0.5;
    const start = makingWay(
      // As Electron, which does not name the signal.
      (options, { message, exit }) =>
        forkChild(options, { message, exit: (_, stderr) => exit('it exited with 9', stderr) }),
      waiting(() => share),
    );
    const code = 'setInterval(() => {}, 1000);';
    const { child, ended } = startMakingWay(code, start);
    await vi.waitFor(() => expect(isIdle(child.pid as number)).toBe(true), 10_000);
    share = 0.9; // of a window that is drawn meanwhile
    const isEnded = vi.fn();
    void ended.then(isEnded);
    await new Promise((resolve) => setTimeout(resolve, 6000));
    expect(isEnded).not.toHaveBeenCalled();
    share = 0.99;
    await expect(ended).resolves.toContain('SIGKILL');
    share = 0.5;
    const { child: next } = startMakingWay(code, start);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(os.getPriority(next.pid as number)).toBe(os.constants.priority.PRIORITY_BELOW_NORMAL);
    expect(isIdle(next.pid as number)).toBe(false);
  },
  30_000,
);

it.runIf(process.platform === 'linux')('measures how long a process has had a core', () => {
  const before = coreTimes(process.pid);
  for (const until = performance.now() + 200; performance.now() < until; );
  const now = coreTimes(process.pid);
  const passed = (kind: 'ran' | 'waited') => (now?.[kind] ?? 0) - (before?.[kind] ?? 0);
  expect(passed('ran') + passed('waited')).toBeGreaterThan(150);
  expect(coreTimes(2 ** 30)).toBeNull();
});

it('waits for the first message where another process starts it', async () => {
  let pid: number | undefined;
  const started = Promise.withResolvers<void>();
  const { child } = startMakingWay(
    'process.send(1); setInterval(() => {}, 1000);',
    makingWay((options, listener) => {
      const link = forkChild(options, {
        exit: listener.exit,
        message: (message) => {
          pid = link.pid;
          listener.message(message);
          started.resolve();
        },
      });
      return {
        send: link.send,
        kill: link.kill,
        get pid() {
          return pid;
        },
      };
    }),
  );
  await started.promise;
  expect(os.getPriority(child.pid as number)).toBe(os.constants.priority.PRIORITY_BELOW_NORMAL);
});

it('does not mind a process that ends at once', async () => {
  await expect(startMakingWay('process.exit(0);').ended).resolves.toContain('exited with 0');
});

it('takes for standing still only what has work', () => {
  const idle = { ran: 1000, waited: 1000 };
  expect(shareWaited(idle, { ran: 1100, waited: 1900 })).toBeCloseTo(0.9);
  expect(shareWaited(idle, { ran: 1900, waited: 1100 })).toBeCloseTo(0.1);
  expect(shareWaited(idle, { ran: 1001, waited: 1050 })).toBe(0);
});
