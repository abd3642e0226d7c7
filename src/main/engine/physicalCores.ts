import { readFileSync } from 'node:fs';
import os from 'node:os';

/**
 * Cores that this process may use, two threads of one core counted once; null where the system does not say.
 */
export function physicalCores(): number | null {
  const available = os.availableParallelism();
  // Processors of this kind have one thread a core.
  if (process.arch === 'arm64') return available;
  if (process.platform !== 'linux') return null;
  const cores = coresOf(readCpuinfo());
  return cores === 0 ? null : Math.min(available, cores);
}

/** Number of cores in the text of /proc/cpuinfo; 0 if it names none. */
export function coresOf(cpuinfo: string): number {
  const cores = new Set<string>();
  for (const processor of cpuinfo.split(/\n\n+/)) {
    const core = /^core id\s*:\s*(\d+)/m.exec(processor)?.[1];
    if (core !== undefined) cores.add(`${/^physical id\s*:\s*(\d+)/m.exec(processor)?.[1]} ${core}`);
  }
  return cores.size;
}

function readCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
