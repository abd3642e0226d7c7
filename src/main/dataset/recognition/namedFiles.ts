import { type FolderListing, placeOf } from './folderListing.ts';

/**
 * How often rows have named each file of a listing. One array a folder: a set of a million paths would take more
 * memory than the listing itself.
 */
export class NamedFiles {
  readonly #listing: FolderListing;
  readonly #counts = new Map<string, Uint32Array>();
  #size = 0;

  constructor(listing: FolderListing) {
    this.#listing = listing;
  }

  /** Different files named. */
  get size(): number {
    return this.#size;
  }

  /** Counts a file once more; returns how often it was named, 0 for one that is not in the listing. */
  add(path: string): number {
    const place = placeOf(this.#listing, path);
    if (place === null) return 0;
    let counts = this.#counts.get(place.folder);
    if (counts === undefined) {
      counts = new Uint32Array(this.#listing.folders.get(place.folder)?.files.length ?? 0);
      this.#counts.set(place.folder, counts);
    }
    const count = (counts[place.index] as number) + 1;
    counts[place.index] = count;
    if (count === 1) this.#size += 1;
    return count;
  }

  has(path: string): boolean {
    const place = placeOf(this.#listing, path);
    return place !== null && (this.#counts.get(place.folder)?.[place.index] ?? 0) > 0;
  }
}
