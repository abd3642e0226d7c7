import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type ChildLink, forkChild, type StartProcess } from './childLink.ts';

const LOW = os.constants.priority.PRIORITY_BELOW_NORMAL;
/** Electron does not say which signal ended a process. */
const ENDED_HERE = 'it was ended by SIGKILL';
const LOOK_MS = 250;
const WATCH_MS = 1000;
/** So many looks in a row show that a process stands still. */
const LOOKS = 4;
/** A nice process that waits for a core for more of the time in which it has work cannot leave the cores to others: they take all. */
const MOST_WAITING = 0.8;
/** What others leave while somebody reviews is far more than that: a process in SCHED_IDLE that gets less stands still. */
const STANDS_STILL = 0.98;
/** Shorter waits are no sign of anything. */
const LEAST_WAIT_MS = 100;

/**
 * Processes that make way for others, as for the window of somebody who reviews meanwhile: at nice 10, and on Linux in the class
 * SCHED_IDLE, which costs nothing where nobody else wants the cores (decision 043). Where others take all of them, such a process would stand still,
 * and be taken for one that hangs. Nobody but the superuser can take a process out of the class again: those in it are ended, and the
 * ones that are started in their place are only nice.
 */
export function makingWay(start: StartProcess = forkChild, timesOf = coreTimes): StartProcess {
  const crowd = new Crowd(timesOf);
  return (options, listener) => {
    let done = false;
    const makeWay = () => {
      if (done || child.pid === undefined) return;
      done = true;
      crowd.lower(child, child.pid);
    };
    const child = start(options, {
      message: (message) => {
        makeWay();
        listener.message(message);
      },
      exit: (how, stderr) => listener.exit(crowd.ended(child) ? ENDED_HERE : how, stderr),
    });
    makeWay(); // or with its first message, if another process starts it
    return child;
  };
}

/** The processes of one job, and of those that follow it. */
class Crowd {
  /** Those that leave the cores to all others, and end once they stand still. */
  readonly #idle = new Set<ChildLink>();
  readonly #running = new Set<ChildLink>();
  readonly #stoodStill = new Set<ChildLink>();
  readonly #timesOf: typeof coreTimes;

  constructor(timesOf: typeof coreTimes) {
    this.#timesOf = timesOf;
  }

  lower(child: ChildLink, pid: number): void {
    this.#running.add(child);
    for (const thread of threadsOf(pid)) {
      try {
        os.setPriority(thread, LOW);
      } catch {
        // It has just ended.
      }
    }
    if (process.platform === 'linux') void this.#leaveCores(child, pid);
  }

  /** @returns whether it was ended here: its work is to be done by another one, and nothing of it is to blame */
  ended(child: ChildLink): boolean {
    this.#running.delete(child);
    this.#idle.delete(child);
    return this.#stoodStill.has(child);
  }

  /**
   * A nice thread of the normal class keeps its core for a slice of about 3 ms even if another thread wakes up; one of the
   * class SCHED_IDLE leaves it at once. Only chrt(1) of util-linux can set that: Node has no call for it. Where there is no
   * such program, the threads stay nice.
   */
  async #leaveCores(child: ChildLink, pid: number): Promise<void> {
    for (let isFree = false; !isFree; ) {
      const before = this.#timesOf(pid);
      await pause(LOOK_MS, undefined, { ref: false });
      if (before === null || this.#stoodStill.size > 0 || !this.#running.has(child)) return;
      isFree = shareWaited(before, this.#timesOf(pid)) <= MOST_WAITING;
    }
    this.#idle.add(child);
    spawn('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)], { stdio: 'ignore' })
      .on('error', () => this.#idle.delete(child))
      .unref();
    await this.#watch(child, pid);
  }

  async #watch(child: ChildLink, pid: number): Promise<void> {
    const looks = [this.#timesOf(pid)];
    while (this.#idle.has(child)) {
      await pause(WATCH_MS, undefined, { ref: false });
      looks.push(this.#timesOf(pid));
      const first = looks.length > LOOKS ? looks.shift() : null;
      if (first && shareWaited(first, looks.at(-1)) > STANDS_STILL) this.#endIdle();
    }
  }

  #endIdle(): void {
    for (const child of this.#idle) {
      this.#stoodStill.add(child);
      child.kill();
    }
    this.#idle.clear();
  }
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

/** How long all threads of a process had a core, and waited for one. */
export interface CoreTimes {
  ran: number;
  waited: number;
}

/** See schedstat in proc(5); null where the kernel does not count it, or the process has ended. */
export function coreTimes(pid: number): CoreTimes | null {
  const times = { ran: 0, waited: 0 };
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [ran = 0, waited = 0] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')
        .split(' ')
        .map(Number);
      times.ran += ran / 1e6;
      times.waited += waited / 1e6;
    }
    return times;
  } catch {
    return null;
  }
}

/** The share of the time in which a process had work that it waited for a core, 0 to 1; 0 where it had little to do. */
export function shareWaited(before: CoreTimes, now: CoreTimes | null | undefined): number {
  if (!now) return 0;
  const ran = now.ran - before.ran;
  const waited = now.waited - before.waited;
  return waited < LEAST_WAIT_MS ? 0 : waited / (ran + waited);
}
