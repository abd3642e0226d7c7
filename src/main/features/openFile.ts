import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { decodeHeader, type FeatureHeader, FeatureLayout, headerBytes } from './format.ts';
import { decodeProjection, type FeatureProjection } from './projection.ts';

interface OpenFeatureFile {
  descriptor: number;
  header: FeatureHeader;
  projection: FeatureProjection | null;
}

/** Null where there is no file of features. */
export function openFeatureFile(file: string, mode: 'r' | 'r+'): OpenFeatureFile | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const start = Buffer.alloc(headerBytes);
  readInto(descriptor, start, 0);
  const header = decodeHeader(start);
  if (header !== null) {
    const bytes = Buffer.alloc(new FeatureLayout(header).projectionBytes);
    if (readInto(descriptor, bytes, headerBytes) === bytes.length) {
      const projection = header.projected ? decodeProjection(bytes, header.modelSize) : null;
      return { descriptor, header, projection };
    }
  }
  closeSync(descriptor);
  return null;
}

/** @returns how many bytes there were; the rest stays as it was */
export function readInto(descriptor: number, bytes: Buffer, position: number): number {
  let found = 0;
  while (found < bytes.length) {
    const read = readSync(descriptor, bytes, found, bytes.length - found, position + found);
    if (read === 0) break;
    found += read;
  }
  return found;
}

export function writeAll(descriptor: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
  }
}
