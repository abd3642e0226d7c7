import { statSync } from 'node:fs';
import { errorMessage } from '../../domain/errors.ts';
import type { ProjectFile } from '../project/index.ts';

const SOONEST_MS = 60_000;
const AT_MOST_EVERY_MS = 600_000;
/** A larger file is not copied while someone waits for it to be closed. */
const COPIED_AT_CLOSE_BYTES = 200_000_000;

/** Keeps a backup of a project: a minute after the first verdict, then every ten while there are new ones, and at the end. */
export class Backups {
  readonly #project: ProjectFile;
  #timer: NodeJS.Timeout | undefined;
  #copying: Promise<void> = Promise.resolve();
  #dirty = false;
  #copiedAtMs = 0;

  constructor(project: ProjectFile) {
    this.#project = project;
  }

  noteVerdict(): void {
    this.#dirty = true;
    if (this.#timer !== undefined) return;
    const sinceLast = performance.now() - this.#copiedAtMs;
    const wait = this.#copiedAtMs === 0 ? SOONEST_MS : Math.max(SOONEST_MS, AT_MOST_EVERY_MS - sinceLast);
    this.#timer = setTimeout(() => void this.#copy(), wait);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#copying;
    const bytes = statSync(this.#project.path, { throwIfNoEntry: false })?.size ?? 0; // none of one that was moved away
    if (this.#dirty && bytes <= COPIED_AT_CLOSE_BYTES) await this.#copy();
  }

  #copy(): Promise<void> {
    this.#timer = undefined;
    this.#dirty = false;
    this.#copiedAtMs = performance.now();
    this.#copying = this.#project.keepBackup().catch((error: unknown) => {
      // The project itself is safe; the next copy may find room again.
      console.error(`no backup of ${this.#project.path} could be kept: ${errorMessage(error)}`);
    });
    return this.#copying;
  }
}
