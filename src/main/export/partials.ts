import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../project/index.ts';

const NAME = /\.(\d+)\.partial$/;

let journal: string | null = null;
let count = 0;

/**
 * Notes outputs that are being written in a folder, and removes those that a killed process has left behind. Called once,
 * when a program starts.
 */
export function removeStalePartials(journalFolder: string): void {
  journal = journalFolder;
  for (const name of namesIn(journalFolder)) {
    if (isRunning(Number.parseInt(name, 10))) continue;
    const note = join(journalFolder, name);
    removeStale(readFileSync(note, 'utf8'));
    rmSync(note, { force: true });
  }
}

/** Where an output is written before it gets its name; leftovers of an earlier process are removed. */
export function beginPartial(target: string): { path: string; end(): void } {
  for (const name of namesIn(dirname(target))) {
    if (name.startsWith(`${basename(target)}.`)) removeStale(join(dirname(target), name));
  }
  const path = `${target}.${process.pid}.partial`;
  if (journal === null) return { path, end: () => {} };
  const note = join(journal, `${process.pid}-${count++}`);
  try {
    makeFolder(journal);
    writeFileSync(note, path);
  } catch {
    // The note is only for tidying up: an output is written without it too.
  }
  return { path, end: () => rmSync(note, { force: true }) };
}

/** Removes a file or folder that is called like a partial output of a process that has ended. */
function removeStale(path: string): void {
  const pid = NAME.exec(path)?.[1];
  if (pid !== undefined && !isRunning(Number(pid))) rmSync(path, { recursive: true, force: true });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // there is no such folder yet
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // another user's
  }
}
