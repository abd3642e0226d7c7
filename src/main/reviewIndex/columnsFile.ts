import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { SCORE_IDS } from '../../labelQuality/scores/index.ts';
import type { ListedColumns } from './listedColumns.ts';
import { NameColumn } from './nameColumn.ts';
import { RowsById } from './rowsById.ts';

/** Increase it when the file has other columns. */
const VERSION = 1;
const HEADER_BYTES = 1 << 16;
const CRC_BYTES = 4;
/** Every column begins at a multiple of it. */
const ALIGNED = 8;
const READ_AT_ONCE = 1 << 24;

const headerSchema = z.object({
  version: z.literal(VERSION),
  endian: z.literal(endianness()),
  /** Of the state of the project that the columns were made from. */
  stamp: z.string(),
  scores: z.array(z.string()).refine((ids) => ids.join() === SCORE_IDS.join()),
  splits: z.array(z.string()),
  rows: z.int().min(0),
  nameBytes: z.int().min(0),
});
type Header = z.infer<typeof headerSchema>;

/** What decisions do not change. */
type StoredColumns = Omit<ListedColumns, 'status' | 'label'>;

/**
 * Writes the columns of a project's images into a file, from which they are read many times as fast as from the project.
 * Nothing is written of splits with names so many that the header does not hold them.
 */
export async function writeColumns(path: string, stamp: string, columns: StoredColumns): Promise<void> {
  const beside = `${path}.new`;
  const header: Header = {
    version: VERSION,
    endian: endianness(),
    stamp,
    scores: [...SCORE_IDS],
    splits: columns.splits,
    rows: columns.id.length,
    nameBytes: columns.names.content.bytes.length,
  };
  const head = Buffer.alloc(HEADER_BYTES, ' ');
  const text = Buffer.from(JSON.stringify(header));
  if (text.length > HEADER_BYTES) return;
  text.copy(head);
  try {
    const file = await open(beside, 'w');
    try {
      await file.writeFile(head);
      let check = 0;
      for (const part of partsOf(columns)) {
        const cells = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
        const padding = new Uint8Array(aligned(cells.length) - cells.length);
        check = crc32(padding, crc32(cells, check));
        await file.writeFile(cells);
        await file.writeFile(padding);
      }
      await file.writeFile(Uint32Array.of(check));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}

/** The columns in a file; null where there is none, or one of another state of the project, or a damaged one. */
export function readColumns(path: string, stamp: string): StoredColumns | null {
  const file = openIfThere(path);
  if (file === null) return null;
  try {
    const header = readHeader(file);
    if (header?.stamp !== stamp) return null;
    const body = readBody(file, header);
    return body === null ? null : columnsIn(body, header);
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}

function readHeader(file: number): Header | null {
  const head = Buffer.alloc(HEADER_BYTES);
  if (readSync(file, head, 0, HEADER_BYTES, 0) < HEADER_BYTES) return null;
  try {
    return headerSchema.safeParse(JSON.parse(head.toString())).data ?? null;
  } catch {
    return null;
  }
}

/** The columns one after the other. */
function readBody(file: number, header: Header): ArrayBuffer | null {
  const size = bodySize(header);
  if (fstatSync(file).size !== HEADER_BYTES + size + CRC_BYTES) return null;
  const body = new Uint8Array(size);
  let check = 0;
  for (let from = 0; from < size; ) {
    const part = body.subarray(from, Math.min(size, from + READ_AT_ONCE));
    const read = readSync(file, part, 0, part.length, HEADER_BYTES + from);
    if (read === 0) return null;
    check = crc32(part.subarray(0, read), check);
    from += read;
  }
  const stored = new Uint32Array(1);
  readSync(file, stored, 0, CRC_BYTES, HEADER_BYTES + size);
  return stored[0] === check ? body.buffer : null;
}

type Part = Int32Array | Int16Array | Uint8Array | Float32Array | Uint32Array;

/** In the order of the file; the scores, where each name begins, and the names follow. */
const COLUMNS = {
  id: Int32Array,
  given: Int16Array,
  split: Int16Array,
  likeliest: Int16Array,
  alternative: Int16Array,
  scanned: Uint8Array,
  unreadable: Uint8Array,
  trainedOn: Uint8Array,
};
const COLUMN_NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

function partsOf(columns: StoredColumns): Part[] {
  const { bytes, starts } = columns.names.content;
  return [...COLUMN_NAMES.map((name) => columns[name]), ...columns.scores, starts, bytes];
}

function columnsIn(body: ArrayBuffer, { rows, nameBytes, splits }: Header): StoredColumns {
  let from = 0;
  const next = <Column extends Part>(
    Kind: new (buffer: ArrayBuffer, from: number, length: number) => Column,
    length = rows,
  ) => {
    const column = new Kind(body, from, length);
    from += aligned(column.byteLength);
    return column;
  };
  const columns = Object.fromEntries(COLUMN_NAMES.map((name) => [name, next<Part>(COLUMNS[name])])) as {
    [Name in keyof typeof COLUMNS]: InstanceType<(typeof COLUMNS)[Name]>;
  };
  const scores = SCORE_IDS.map(() => next(Float32Array));
  const starts = next(Uint32Array, rows + 1);
  const rowsById = new RowsById(rows);
  for (let row = 0; row < rows; row++) rowsById.set(columns.id[row] as number, row);
  const names = NameColumn.from(next(Uint8Array, nameBytes), starts);
  return { ...columns, splits, scores, rows: rowsById, names };
}

function bodySize({ rows, nameBytes }: Header): number {
  const kinds = [...COLUMN_NAMES.map((name) => COLUMNS[name]), ...SCORE_IDS.map(() => Float32Array)];
  const parts = kinds.map((Kind) => Kind.BYTES_PER_ELEMENT * rows);
  return [...parts, Uint32Array.BYTES_PER_ELEMENT * (rows + 1), nameBytes]
    .map(aligned)
    .reduce((sum, bytes) => sum + bytes);
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNED) * ALIGNED;
