import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import os from 'node:os';

const LOW = os.constants.priority.PRIORITY_BELOW_NORMAL;
const NORMAL = os.constants.priority.PRIORITY_NORMAL;

/** Lowers a process's priority or takes it back as far as the system allows: see Engine.setPriority. */
export function applyPriority(pid: number, low: boolean): void {
  for (const thread of threadsOf(pid)) {
    try {
      os.setPriority(thread, low ? LOW : NORMAL);
    } catch (error) {
      // ESRCH: it has just ended. EACCES, EPERM: only the superuser may raise a priority.
      const code = (error as NodeJS.ErrnoException).code ?? '';
      const systemCode = (error as { info?: { code?: string } }).info?.code ?? code;
      if (!['ESRCH', 'EACCES', 'EPERM'].includes(systemCode)) throw error;
    }
  }
  if (process.platform === 'linux') changeClass(pid, low ? '--idle' : '--other');
}

/**
 * On Linux a priority belongs to a thread and setpriority(2) changes one: the priority of ONNX Runtime's
 * pool, which does the work, must be set thread by thread.
 */
function threadsOf(pid: number): number[] {
  if (process.platform !== 'linux') return [pid];
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    // The process has just ended.
    return [];
  }
}

/**
 * A nice thread of the normal class keeps its core for a slice of about 3 ms even if another thread wakes up; one of the
 * class SCHED_IDLE makes way at once. Only chrt(1) of util-linux can set it: Node has no call for that. Where there is no
 * such program, the thread stays nice.
 */
function changeClass(pid: number, policy: '--idle' | '--other'): void {
  spawn('chrt', ['--all-tasks', policy, '--pid', '0', String(pid)], { stdio: 'ignore' })
    .on('error', () => {})
    .unref();
}
