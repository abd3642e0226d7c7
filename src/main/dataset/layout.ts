import type { FolderListing } from './folderListing.ts';

/** One image of a dataset, as its layout lists it. */
export interface SampleRecord {
  /**
   * Key of the row in every export, unique in the dataset: the path relative to the dataset's folder with `/`;
   * further rows of one file add `#2`, `#3`.
   */
  image: string;
  /** File relative to the dataset's folder with `/`, as spelt on disk; '' where it would lead outside, so that nothing joins it. */
  path: string;
  split: string | null;
  /** As the source spells it; null where the source has none. */
  givenLabel: string | null;
  /** Why the file cannot be read, as far as it is known before opening it, else null. */
  problem: string | null;
}

/** What the user fixes beforehand; anything left out is guessed. */
export interface LayoutOptions {
  /** Id of a layout. */
  layout?: string;
  /** Table relative to the dataset's folder; several are joined by ` + `. */
  table?: string;
  /** Column names; in a table without a header `column 1`, `column 2`, ... */
  imageColumn?: string;
  labelColumn?: string;
  splitColumn?: string;
}

export interface NamedCount {
  name: string;
  count: number;
}

/** Something about the folder that the user should know before a scan. */
export interface Problem {
  kind: string;
  /** One sentence with the number in it. */
  message: string;
  count: number;
  /** A few paths. */
  examples: string[];
}

/** What a layout made of a folder. */
export interface Recognition {
  /** Id of the layout. */
  layout: string;
  title: string;
  /** 0 to 1, to choose between layouts. */
  confidence: number;
  /** One sentence for the user. */
  reason: string;
  /** All that was guessed, so that reading needs no second guess; may be given back as LayoutOptions. */
  options: Record<string, string>;
  /** In the source's order or by name, also those without images. */
  classes: NamedCount[];
  splits: NamedCount[];
  /** Rows. */
  images: number;
  problems: Problem[];
}

/** A way in which datasets are kept in folders. */
export interface Layout {
  id: string;
  title: string;
  /** Null where the folder is not of this layout. */
  recognise(listing: FolderListing, options: LayoutOptions): Promise<Recognition | null>;
  /** The rows in the source's order. */
  read(listing: FolderListing, recognition: Recognition): AsyncIterable<SampleRecord>;
}
