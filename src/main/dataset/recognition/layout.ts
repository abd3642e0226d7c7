import type { ImageRegion } from '../../../domain/imageSource.ts';
import type { WordRecord } from '../../../domain/wordRecord.ts';
import type { FolderListing } from './folderListing.ts';
import type { LooseMatch } from './samplePaths.ts';

/** One image of a dataset, as its layout lists it. */
export interface SampleRecord {
  /**
   * Key of the row in every export, unique in the dataset: the path relative to the dataset's folder with `/`;
   * further rows of one file add `#2`, `#3`.
   */
  image: string;
  /** File relative to the dataset's folder with `/`, as spelt on disk; '' where it would lead outside, so that nothing joins it. */
  path: string;
  /** The part of the file that is this picture; null for the whole file. */
  region: ImageRegion | null;
  split: string | null;
  /** In the dataset's own class names; null if the dataset gives none. */
  givenLabel: string | null;
  /** Why the file cannot be read, as far as that is known before opening it; else null. */
  problem: string | null;
  /** The dataset's other columns for it; null if there are none. */
  metadata: Readonly<WordRecord<string>> | null;
  /** Where the source keeps the label. */
  place: LabelPlace;
  /** How the file was found where the source's path is not exact. */
  matched?: LooseMatch | undefined;
}

/** Position of a label, to write it back. Files are relative to the dataset's folder. */
export type LabelPlace =
  /** Bytes of a text file, within those of the row that is about this image alone; `list` in JSON. */
  | {
      kind: 'text';
      file: string;
      label: ByteSpan;
      row: ByteSpan;
      list?: ListPlace;
      /** Further positions of the same label, as several annotators gave it. */
      also?: readonly ByteSpan[];
    }
  /** A row, counted from 0, of a table that is not text. */
  | { kind: 'row'; file: string; row: number }
  /** A file that holds only this label; with `isNew` it does not exist yet. */
  | { kind: 'file'; file: string; isNew?: boolean }
  /** The folders and the name of the image. */
  | { kind: 'path' }
  /** A read-only format. */
  | { kind: 'none' };

/** From `start` up to, but without, `end`. */
export interface ByteSpan {
  start: number;
  end: number;
}

/** Bytes around an item of a list with commas between its items; null at the list's ends. */
export interface ListPlace {
  previousEnd: number | null;
  nextStart: number | null;
}

/** The user's choices; anything omitted is detected. */
export interface LayoutOptions {
  /** Id of a layout. */
  layout?: string;
  /** Table relative to the dataset's folder; several are joined by ` + `. */
  table?: string;
  /** Column names; in a table without a header `column 1`, `column 2`, ... */
  imageColumn?: string;
  labelColumn?: string;
  splitColumn?: string;
  /** Depth of the class folders below the opened one, from 1. */
  classLevel?: string;
  /** `yes` where links may lead out of the folder. */
  followLinks?: string;
}

export interface NamedCount {
  name: string;
  count: number;
}

/** A class and how a format writes it. */
export interface LabelCode {
  /** As the files spell it. */
  id: string;
  /** As the dataset's documentation calls it. */
  name: string;
}

export interface ClassCount extends NamedCount {
  /** How the files spell the class, where that differs from its name; else null. */
  id: string | null;
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

/** How a layout describes a folder. */
export interface Recognition {
  /** Id of the layout. */
  layout: string;
  title: string;
  /** 0 to 1, to choose between layouts. */
  confidence: number;
  /** One sentence for the user. */
  reason: string;
  /**
   * Everything that was detected, so that reading needs no second detection; may be passed back as
   * LayoutOptions.
   */
  options: Record<string, string>;
  /** In the source's order or by name, also those without images. */
  classes: ClassCount[];
  splits: NamedCount[];
  /** Names of the further columns that the images come with. */
  metadata: string[];
  /** Rows. */
  images: number;
  problems: Problem[];
  /** Known numberings that fit the classes, the most likely first. */
  numberings?: OfferedNumbering[];
  /** Alternatives for reading the folder. */
  choices?: LayoutChoice[];
}

/** Something that can be read in several ways. */
export interface LayoutChoice {
  /** Of LayoutOptions. */
  option: 'classLevel' | 'labelColumn';
  /** The same on the command line. */
  flag: string;
  /** As the end of a sentence: "which column holds the labels". */
  question: string;
  title: string;
  chosen: string;
  values: { value: string; title: string }[];
  /** Nothing needs to be asked. */
  isSure: boolean;
}

/** A numbering of domain/numberings.ts. */
export interface OfferedNumbering {
  id: string;
  title: string;
  /** Names and counts agree with it: it is taken without asking. */
  isSure: boolean;
}

/** The change of one image's label when the dataset is written again. */
export type LabelChange = { kind: 'label'; name: string } | { kind: 'leave-out' };

/** The changes by the key of the image; other images are unchanged. */
export type LabelChanges = ReadonlyMap<string, LabelChange>;

/** A file of a written dataset. */
export interface WrittenFile {
  /** Relative to the folder that is written, with `/`. */
  path: string;
  /** Its bytes, or the file of the dataset (relative to its folder) to copy. */
  content: AsyncIterable<Uint8Array> | { copyOf: string };
}

/** A way in which datasets are kept in folders. */
export interface Layout {
  id: string;
  title: string;
  /** Its marks, for people. */
  mark: string;
  /** The classes and their ids where the format fixes them; null where every dataset has its own. */
  classes: readonly LabelCode[] | null;
  /**
   * The form of the written dataset: label files that replace the old ones, a tree of the images under new
   * names, or nothing.
   */
  writes: 'label-files' | 'tree' | 'nothing';
  /** The pictures are rows of a table, and no files of their own. */
  picturesInTable?: boolean;
  /**
   * Null where the folder is not of this layout.
   * @param onRow is called with every row, so that whoever needs them too need not read them again
   * @throws AppError `table-invalid` where it is, but a file of it is damaged: file, line, problem.
   */
  recognise(
    listing: FolderListing,
    options: LayoutOptions,
    onRow?: (row: SampleRecord) => void,
  ): Promise<Recognition | null>;
  /** The rows in the source's order. @throws AppError `table-invalid` */
  read(listing: FolderListing, recognition: Recognition): AsyncIterable<SampleRecord>;
  /**
   * The source with other labels, byte for byte but for the rows that change.
   * @throws AppError `bad-request` for a label that the format has no code for
   */
  write(listing: FolderListing, recognition: Recognition, changes: LabelChanges): AsyncIterable<WrittenFile>;
}
