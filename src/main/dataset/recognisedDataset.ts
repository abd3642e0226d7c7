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
  readonly #rows: readonly SampleRecord[] | null;
  readonly #options: LayoutOptions;

  /** @param found `rows`: null if they were too many to keep; `options`: the user's choices */
  constructor(found: {
    layout: Layout;
    listing: FolderListing;
    recognition: Recognition;
    runnersUp: Recognition[];
    rows: readonly SampleRecord[] | null;
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

/** About 500,000 rows of an image and its label, or 100,000 with a dozen further columns. */
const MOST_KEPT_BYTES = 128 * 2 ** 20;
/** What a row, and each of its further columns with a short value, takes in memory. */
const ROW_BYTES = 260;
const COLUMN_BYTES = 70;

/** A layout's rows as it is recognised, kept unless they are too many. */
export class KeptRows {
  readonly #observe: (row: SampleRecord) => void;
  #rows: SampleRecord[] | null = [];
  #bytes = 0;

  /** @param observe called with every row */
  constructor(observe: (row: SampleRecord) => void = () => {}) {
    this.#observe = observe;
  }

  /** Null if they were too many. */
  get rows(): readonly SampleRecord[] | null {
    return this.#rows;
  }

  add(row: SampleRecord): void {
    this.#observe(row);
    if (this.#rows === null) return;
    this.#rows.push(row);
    this.#bytes += bytesOf(row);
    if (this.#bytes > MOST_KEPT_BYTES) this.#rows = null;
  }
}

/** Roughly. */
function bytesOf({ metadata }: SampleRecord): number {
  let bytes = ROW_BYTES;
  for (const column in metadata) bytes += COLUMN_BYTES + (metadata[column] ?? '').length;
  return bytes;
}
