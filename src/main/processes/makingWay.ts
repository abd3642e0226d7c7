import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import os, { type CpuInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { forkChild, type StartProcess } from './childLink.ts';

const LOW = os.constants.priority.PRIORITY_BELOW_NORMAL;
const LOOK_MS = 250;
/** If others take more of all cores, a process that has only what they leave would stand still. */
const MOST_TAKEN = 0.9;

/**
 * Processes that make way for others, as for the window of somebody who reviews meanwhile: at nice 10, and on Linux, where
 * cores are free when they start, in the class SCHED_IDLE. That costs nothing where nobody else wants the cores (decision 043).
 */
export function makingWay(start: StartProcess = forkChild): StartProcess {
  return (options, listener) => {
    let done = false;
    const makeWay = () => {
      if (done || child.pid === undefined) return;
      done = true;
      lower(child.pid);
    };
    const child = start(options, {
      message: (message) => {
        makeWay();
        listener.message(message);
      },
      exit: (how, stderr) => listener.exit(how, stderr),
    });
    makeWay(); // or with its first message, if another process starts it
    return child;
  };
}

function lower(pid: number): void {
  for (const thread of threadsOf(pid)) {
    try {
      os.setPriority(thread, LOW);
    } catch {
      // It has just ended.
    }
  }
  if (process.platform === 'linux') void leaveCores(pid);
}

/**
 * On Linux a priority belongs to a thread, and to those that it starts from then on: the ones that are there by now are lowered
 * one by one.
 */
function threadsOf(pid: number): number[] {
  if (process.platform !== 'linux') return [pid];
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/**
 * A nice thread of the normal class keeps its core for a slice of about 3 ms even if another thread wakes up; one of the
 * class SCHED_IDLE leaves it at once. Only chrt(1) of util-linux can set that: Node has no call for it. Where there is no
 * such program, the threads stay nice.
 */
async function leaveCores(pid: number): Promise<void> {
  const before = os.cpus();
  await pause(LOOK_MS, undefined, { ref: false });
  if (shareTaken(before, os.cpus()) > MOST_TAKEN) return;
  spawn('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)], { stdio: 'ignore' })
    .on('error', () => {})
    .unref();
}

/** The share of all cores' time that was taken by what is not nice, 0 to 1. */
export function shareTaken(before: readonly Pick<CpuInfo, 'times'>[], now: typeof before): number {
  const sums = (kinds: readonly (keyof CpuInfo['times'])[]) => {
    const total = (cores: typeof before) =>
      cores.reduce((sum, { times }) => sum + kinds.reduce((of, kind) => of + times[kind], 0), 0);
    return total(now) - total(before);
  };
  return sums(['user', 'sys', 'irq']) / Math.max(1, sums(['user', 'nice', 'sys', 'idle', 'irq']));
}
