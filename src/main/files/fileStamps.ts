import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { DatasetPlace } from '../../domain/imageSource.ts';
import { onDisk } from './datasetPlace.ts';

/** FAT rounds times to this. What has changed within it may change again and keep its time. */
const COARSEST_TIME_MS = 2000;
const CHECKED_AT_ONCE = 64;

/**
 * What the file system said about files and folders when they were read, to find out later whether they are the same. A
 * folder's stamp changes with the names in it, not with the content of its files.
 */
export class FileStamps {
  readonly #stamps = new Map<string, string>();
  #isUncertain = false;

  /** @param facts taken before the file is read, so that a change while it is read is noticed */
  add(file: string, facts: BigIntStats): void {
    if (this.#isUncertain) return;
    const stamp = stampOf(facts);
    const before = this.#stamps.get(file) ?? stamp;
    this.#stamps.set(file, stamp);
    if (stamp === before && Date.now() - Number(facts.mtimeMs) >= COARSEST_TIME_MS) return;
    this.#isUncertain = true;
    this.#stamps.clear();
  }

  /** False also where that cannot be said, because a file had just changed when it was read. */
  async areUnchanged(place: DatasetPlace): Promise<boolean> {
    const remaining = this.#stamps.entries();
    let areSame = !this.#isUncertain;
    const check = async () => {
      for (const [file, stamp] of remaining) {
        const facts = areSame ? await stat(onDisk(file, place), { bigint: true }).catch(() => null) : null;
        if (facts === null || stampOf(facts) !== stamp) areSame = false;
        if (!areSame) return;
      }
    };
    await Promise.all(Array.from({ length: CHECKED_AT_ONCE }, check));
    return areSame;
  }
}

/** The change time differs also where a tool has restored the modification time. */
function stampOf({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string {
  return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
}
