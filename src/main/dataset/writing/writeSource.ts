import path from 'node:path';
import { AppError } from '../../../domain/errors.ts';
import { listedWords } from '../readers/listedWords.ts';
import { type FolderListing, joinRelative } from '../recognition/folderListing.ts';
import type {
  LabelChange,
  LabelChanges,
  LabelPlace,
  SampleRecord,
  WrittenFile,
} from '../recognition/layout.ts';
import { patchFile, type TextEdit } from './patchFile.ts';

/** How a layout writes labels. Only what its positions need must be given. */
export interface LabelWriter {
  /** The text that replaces a label. Null if the format has none for it. */
  text?(label: string, current: string, sample: SampleRecord): string | null;
  /** What a row says about an excluded image, if rows must stay; by default the row is removed. */
  leftOut?: string;
  /** The bytes of a file that holds one label. @param file relative to the dataset's folder */
  file?(label: string, file: string, listing: FolderListing): Promise<Uint8Array | null>;
  /** Labels in rows of tables that are no text. */
  table?: TableWriter;
  /** The path of an image with this label. */
  path?(label: string, sample: SampleRecord): string | null;
}

/** Rows stay: that of an excluded image loses its label. */
export interface TableWriter {
  /** Whether a table can hold a label; null for none. */
  canHold(label: string | null, file: string): boolean;
  /** @param labels by row; null for none */
  write(file: string, labels: ReadonlyMap<number, string | null>): AsyncIterable<Uint8Array>;
}

/**
 * A dataset's own files with other labels, byte for byte except for the changes. Label files come in the
 * order in which rows name them; a tree lists every image.
 *
 * @throws AppError `bad-request` for a label that cannot be written
 */
export async function* writeSource(
  listing: FolderListing,
  title: string,
  samples: AsyncIterable<SampleRecord>,
  changes: LabelChanges,
  writer: LabelWriter,
): AsyncGenerator<WrittenFile> {
  const edits = new Map<string, FileEdits>();
  const tables = new Map<string, Map<number, string | null>>();
  const names = new FreeNames(listing);
  for await (const sample of samples) {
    const { place } = sample;
    const change = changes.get(sample.image);
    const code = <Code>(written: Code | null): Code => {
      if (written !== null) return written;
      throw cannotWrite(title, sample, change);
    };
    if (place.kind === 'none') {
      if (change !== undefined) throw cannotWrite(title, sample, change);
    } else if (place.kind === 'row') {
      const labels = tables.get(place.file) ?? new Map<number, string | null>();
      tables.set(place.file, labels);
      if (change === undefined) continue;
      const label = change.kind === 'label' ? change.name : null;
      if (writer.table?.canHold(label, place.file) !== true) throw cannotWrite(title, sample, change);
      labels.set(place.row, label);
    } else if (place.kind === 'text') {
      const fileEdits = edits.get(place.file) ?? new FileEdits();
      edits.set(place.file, fileEdits);
      if (change?.kind !== 'leave-out') fileEdits.keepRow(place);
      if (change?.kind === 'label') {
        const replace = (current: string) => code(writer.text?.(change.name, current, sample) ?? null);
        for (const span of [place.label, ...(place.also ?? [])]) fileEdits.list.push({ ...span, replace });
      } else if (change !== undefined) {
        const { leftOut } = writer;
        if (leftOut === undefined) fileEdits.dropRow(place);
        else fileEdits.list.push({ ...place.label, replace: () => leftOut });
      }
    } else if (change?.kind !== 'leave-out') {
      if (place.kind === 'file') {
        if (change === undefined && place.isNew) continue;
        const bytes =
          change === undefined ? null : code((await writer.file?.(change.name, place.file, listing)) ?? null);
        yield { path: place.file, content: bytes === null ? { copyOf: place.file } : once(bytes) };
      } else {
        const target =
          change === undefined ? sample.path : names.take(code(writer.path?.(change.name, sample) ?? null));
        if (sample.path !== '') yield { path: target, content: { copyOf: sample.path } };
      }
    }
  }
  for (const [file, labels] of tables) {
    if (writer.table !== undefined) yield { path: file, content: writer.table.write(file, labels) };
  }
  for (const [file, { list }] of edits)
    yield {
      path: file,
      content: patchFile(path.join(listing.root, file), listing.place, list, listedWords(listing)),
    };
}

type TextPlace = LabelPlace & { kind: 'text' };

/**
 * The edits of one file. In a list with commas, a row is removed with the comma before it or, at the start of the list, after it.
 */
class FileEdits {
  readonly list: TextEdit[] = [];
  /** Every item of the list so far was dropped. */
  #isHead = false;

  keepRow({ list }: TextPlace): void {
    if (list !== undefined) this.#isHead = false;
  }

  dropRow({ row, list }: TextPlace): void {
    if (list?.previousEnd === null) this.#isHead = true;
    const { start, end } = row;
    this.list.push({
      start: this.#isHead ? start : (list?.previousEnd ?? start),
      end: this.#isHead ? (list?.nextStart ?? end) : end,
      replace: () => '',
    });
  }
}

/** Names for files that move: one that is taken gets `-2`, `-3` before its extension. */
class FreeNames {
  readonly #taken: (name: string) => boolean;
  readonly #given = new Set<string>();

  constructor(listing: FolderListing) {
    const lowered = new Map<string, Set<string>>();
    const lowerNames = (folder: string) => {
      const known = lowered.get(folder);
      if (known !== undefined) return known;
      const names = new Set(listing.folders.get(folder)?.files.map((name) => name.toLowerCase()));
      lowered.set(folder, names);
      return names;
    };
    // Two names that differ in case alone are one file on Windows and macOS.
    this.#taken = (name) =>
      this.#given.has(name.toLowerCase()) ||
      lowerNames(path.posix.dirname(name)).has(path.posix.basename(name).toLowerCase());
  }

  take(name: string): string {
    const { dir, name: stem, ext } = path.posix.parse(name);
    let free = name;
    for (let number = 2; this.#taken(free); number++) free = joinRelative(dir, `${stem}-${number}${ext}`);
    this.#given.add(free.toLowerCase());
    return free;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function cannotWrite(title: string, { image }: SampleRecord, change: LabelChange | undefined): AppError {
  const what = change?.kind === 'label' ? `the label "${change.name}"` : 'this row';
  return new AppError(
    'bad-request',
    `${title} cannot store ${what} of ${image}`,
    'Export a CSV, which can store every label.',
  );
}
