import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'grefel-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A data folder of the test's own, so that nothing of the user's is touched. */
export function temporaryDataFolder(): string {
  const folder = temporaryFolder();
  onTestFinished(useDataFolder(folder));
  return folder;
}

/** From now on this process has its projects there. Call the answer to end that. */
export function useDataFolder(folder: string): () => void {
  const before = process.env.GREFEL_DATA_DIR;
  process.env.GREFEL_DATA_DIR = folder;
  return () => {
    if (before === undefined) delete process.env.GREFEL_DATA_DIR;
    else process.env.GREFEL_DATA_DIR = before;
  };
}
