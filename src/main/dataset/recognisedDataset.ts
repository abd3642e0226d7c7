import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FolderListing } from './recognition/folderListing.ts';
import type { Layout, LayoutOptions, Recognition, SampleRecord } from './recognition/layout.ts';

/** What was read of a folder to recognise it, and whether it can be used again. */
export class RecognisedDataset {
  readonly recognition: Recognition;
  /** The other layouts that would fit, best first. */
  readonly runnersUp: Recognition[];
  readonly #layout: Layout;
  readonly #listing: FolderListing;
  readonly #rows: Iterable<SampleRecord> | null;
  readonly #options: LayoutOptions;

  /** @param found `rows`: null if they were too many to keep; `options`: the user's choices */
  constructor(found: {
    layout: Layout;
    listing: FolderListing;
    recognition: Recognition;
    runnersUp: Recognition[];
    rows: Iterable<SampleRecord> | null;
    options: LayoutOptions;
  }) {
    this.recognition = found.recognition;
    this.runnersUp = found.runnersUp;
    this.#layout = found.layout;
    this.#listing = found.listing;
    this.#rows = found.rows;
    this.#options = found.options;
  }

  /** The rows in the dataset's order: those kept, else read again. @throws AppError `table-invalid` */
  async *samples(): AsyncGenerator<SampleRecord> {
    yield* this.#rows ?? this.#layout.read(this.#listing, this.recognition);
  }

  /**
   * Whether recognising a folder with these options would read the same again: no folder and no label file has
   * changed. Images may have: their content is not read here.
   */
  async isCurrent(folder: string, options: LayoutOptions): Promise<boolean> {
    const { root, place } = this.#listing;
    // What was detected may be passed back as a choice.
    const isAsked = [this.#options, this.recognition.options].some((known) =>
      isDeepStrictEqual(known, options),
    );
    return isAsked && resolve(folder) === root && (await place.stamps.areUnchanged(place));
  }
}
