import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const isWindows = process.platform === 'win32';

/** A new private address for a core: a socket in a folder that only this user can enter, or a Windows pipe. */
export function newPipe(): string {
  if (isWindows) return `\\\\.\\pipe\\grefel-${randomBytes(16).toString('hex')}`;
  return join(mkdtempSync(join(tmpdir(), 'grefel-')), 'core'); // mkdtemp: mode 0700
}

export function removePipe(pipe: string): void {
  if (!isWindows) rmSync(dirname(pipe), { recursive: true, force: true });
}
