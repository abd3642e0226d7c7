import path from 'node:path';
import type { DatasetPlace } from '../../domain/imageSource.ts';
import { pathOnDisk } from './byteNames.ts';

/** A file's path as the file system has it: names that are not UTF-8 are escaped in the paths of a dataset. */
export function onDisk(file: string, place: DatasetPlace | null): string | Buffer {
  if (place === null || !file.includes('\\x')) return file;
  const relative = path.relative(place.folder, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : pathOnDisk(place.folder, relative);
}
