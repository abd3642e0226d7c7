import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { expect, it, onTestFinished, vi } from 'vitest';
import { applyPriority } from '../../../src/main/processes/index.ts';

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

it.runIf(hasChrt())('leaves the cores to all others at once, with every thread of a process', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid as number;
  await vi.waitFor(() => expect(readdirSync(`/proc/${pid}/task`).length).toBeGreaterThan(4));
  applyPriority(pid, true);
  expect(os.getPriority(pid)).toBe(os.constants.priority.PRIORITY_BELOW_NORMAL);
  await vi.waitFor(() => {
    const policies = readdirSync(`/proc/${pid}/task`).map((thread) => policyOf(pid, thread));
    expect(new Set(policies)).toEqual(new Set([SCHED_IDLE]));
  });
});

it('does not mind a process that has ended', async () => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  expect(() => applyPriority(child.pid as number, true)).not.toThrow();
});
