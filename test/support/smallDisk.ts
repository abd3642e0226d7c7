import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Whether a disk of its own can be made here: Linux, and the right to mount. */
export const hasSmallDisk =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'true']).status === 0 &&
  process.getuid?.() === 0;

/** Mounts a disk of this many kilobytes on a folder until the test ends. */
export function mountSmallDisk(folder: string, kilobytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder]);
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
}

/** Takes all the space that is left. The answer gives it back. */
export function fillDisk(folder: string): () => void {
  const file = join(folder, 'filler');
  const descriptor = openSync(file, 'w');
  for (let bytes = 65_536; bytes >= 1; ) {
    try {
      if (writeSync(descriptor, Buffer.alloc(bytes)) < bytes) bytes = Math.floor(bytes / 2);
    } catch {
      bytes = Math.floor(bytes / 2);
    }
  }
  closeSync(descriptor);
  return () => rmSync(file);
}
