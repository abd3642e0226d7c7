import { type FolderListing, placeOf } from '../recognition/folderListing.ts';
import { NamedFiles } from '../recognition/namedFiles.ts';

/** Gives every row a key of its own: repeats of a name add `#2`, `#3`. */
export class UniqueKeys {
  readonly #listing: FolderListing;
  readonly #files: NamedFiles;
  /** Names that are no files of the listing, and how often each was asked for. */
  readonly #others = new Map<string, number>();

  constructor(listing: FolderListing) {
    this.#listing = listing;
    this.#files = new NamedFiles(listing);
  }

  take(name: string): string {
    const isFile = placeOf(this.#listing, name) !== null;
    const count = isFile ? this.#files.add(name) : (this.#others.get(name) ?? 0) + 1;
    if (!isFile) this.#others.set(name, count);
    if (count === 1) return name;
    // A file may really be called `a.png#2`.
    let number = count;
    while (this.#isTaken(`${name}#${number}`)) number += 1;
    const key = `${name}#${number}`;
    this.#others.set(key, 1);
    return key;
  }

  #isTaken(key: string): boolean {
    return this.#others.has(key) || placeOf(this.#listing, key) !== null;
  }
}
