import type { BigIntStats, ReadStream } from 'node:fs';
import { constants, type FileHandle, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetPlace } from '../../domain/imageSource.ts';
import { formatCount } from '../../domain/plural.ts';
import { onDisk } from './datasetPlace.ts';
import type { FileStamps } from './fileStamps.ts';

/** A dataset whose files are stamped when they are opened. */
export interface StampedPlace extends DatasetPlace {
  stamps: FileStamps;
}

/** Why a file is not opened although it is there; the message is a short phrase for a row or a sentence. */
export class RefusedFile extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'RefusedFile';
  }
}

/** Without this flag, opening a pipe would wait for a writer. Windows has no such flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file to read it. Pipes, devices and sockets never end, or wait for ever: they are refused.
 *
 * @param place of a file of a dataset, which must be in its folder; null for one that the user names
 * @throws RefusedFile, or the file system's error
 */
export async function openRegularFile(
  file: string,
  place: DatasetPlace | StampedPlace | null = null,
): Promise<FileHandle> {
  const target = onDisk(file, place);
  const before = await stat(target, { bigint: true }); // before it is opened: to open some devices does something
  if (place !== null && 'stamps' in place) place.stamps.add(file, before);
  refuseOthers(before);
  const handle = await open(target, OPEN_FLAGS);
  try {
    const facts = await handle.stat({ bigint: true });
    refuseOthers(facts);
    const isFree = place === null || place.followsLinks;
    if (!isFree && !(await isWithin(target, facts, place.folder)))
      throw new RefusedFile('outside the folder');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A file's bytes. @param maxBytes a larger file is refused @throws as openRegularFile */
export async function readRegularFile(
  file: string,
  place: DatasetPlace | null = null,
  maxBytes: number = DEFAULT_MAX_BYTES,
): Promise<Buffer> {
  await using handle = await openRegularFile(file, place);
  const { size } = await handle.stat();
  if (size > maxBytes)
    throw new RefusedFile(`${inMegabytes(size)} MiB exceed the limit of ${inMegabytes(maxBytes)} MiB`);
  return await handle.readFile();
}

const DEFAULT_MAX_BYTES = 256 * 2 ** 20;

/** A file as a stream that closes it. @param range of bytes, both included @throws as openRegularFile */
export async function regularFileStream(
  file: string,
  place: DatasetPlace | null = null,
  range: { start?: number; end?: number } = {},
): Promise<ReadStream> {
  const handle = await openRegularFile(file, place);
  return handle.createReadStream({ start: 0, ...range }) as ReadStream;
}

function refuseOthers(facts: BigIntStats): void {
  if (facts.isDirectory()) throw new RefusedFile('a folder, not a file');
  if (!facts.isFile()) throw new RefusedFile('not a regular file (a pipe, a device or a socket)');
}

/** Whether the file that was opened is the one that the path, links resolved, names within `root`. */
async function isWithin(file: string | Buffer, opened: BigIntStats, root: string): Promise<boolean> {
  const [target, folder] = await Promise.all([
    realpath(file, { encoding: 'buffer' }),
    realpath(root, { encoding: 'buffer' }),
  ]);
  if (!isInside(target, folder)) return false;
  const facts = await stat(target, { bigint: true });
  return facts.dev === opened.dev && facts.ino === opened.ino;
}

/** Whether a path without links is in a folder without links, or is that folder. */
export function isInside(target: Buffer, folder: Buffer): boolean {
  const separator = Buffer.from(path.sep);
  const isRoot = folder.subarray(-1).equals(separator);
  const prefix = isRoot ? folder : Buffer.concat([folder, separator]);
  return target.equals(folder) || target.subarray(0, prefix.length).equals(prefix);
}

function inMegabytes(bytes: number): string {
  return formatCount(Math.round(bytes / 2 ** 20));
}
