import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type ChildLink, forkChild, makingWay } from '../../../src/main/processes/index.ts';
import { shareTaken } from '../../../src/main/processes/makingWay.ts';
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

function startMakingWay(code: string, start = forkChild): { child: ChildLink; ended: Promise<string> } {
  const entry = join(temporaryFolder(), 'child.mjs');
  writeFileSync(entry, code);
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const child = makingWay(start)({ entry }, { message: () => {}, exit: resolve });
  onTestFinished(() => child.kill());
  return { child, ended };
}

/** The cores of a machine of which others take a share. */
function stubCores(taken: number): void {
  let looks = 0;
  vi.spyOn(os, 'cpus').mockImplementation(() => {
    const ms = 1000 * looks++;
    const times = { user: taken * ms, nice: 0, sys: 0, idle: (1 - taken) * ms, irq: 0 };
    return [{ model: '', speed: 0, times }];
  });
  onTestFinished(() => void vi.mocked(os.cpus).mockRestore());
}

it.runIf(hasChrt())('leaves the cores to all others at once, with every thread', async () => {
  stubCores(0.5);
  const { child } = startMakingWay('setInterval(() => {}, 1000);');
  const pid = child.pid as number;
  expect(os.getPriority(pid)).toBe(os.constants.priority.PRIORITY_BELOW_NORMAL);
  await vi.waitFor(() => {
    const threads = readdirSync(`/proc/${pid}/task`);
    expect(threads.length).toBeGreaterThan(4);
    expect(new Set(threads.map((thread) => policyOf(pid, thread)))).toEqual(new Set([SCHED_IDLE]));
  });
});

it.runIf(hasChrt())('is only nice where others take the cores, or it would stand still', async () => {
  stubCores(0.95);
  const { child } = startMakingWay('setInterval(() => {}, 1000);');
  const pid = child.pid as number;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(os.getPriority(pid)).toBe(os.constants.priority.PRIORITY_BELOW_NORMAL);
  expect(policyOf(pid, String(pid))).toBe(0);
});

it('waits for the first message where another process starts it', async () => {
  let pid: number | undefined;
  const started = Promise.withResolvers<void>();
  const { child } = startMakingWay('process.send(1); setInterval(() => {}, 1000);', (options, listener) => {
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
  });
  await started.promise;
  expect(os.getPriority(child.pid as number)).toBe(os.constants.priority.PRIORITY_BELOW_NORMAL);
});

it('does not mind a process that ends at once', async () => {
  await expect(startMakingWay('process.exit(0);').ended).resolves.toContain('exited with 0');
});

it('counts as taken what is not nice', () => {
  const at = (user: number, nice: number, sys: number, idle: number) => [
    { times: { user, nice, sys, idle, irq: 0 } },
  ];
  expect(shareTaken(at(10, 10, 10, 10), at(40, 40, 20, 40))).toBeCloseTo(40 / 100);
  expect(shareTaken(at(1, 1, 1, 1), at(1, 1, 1, 1))).toBe(0);
});
