import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import {
  checksumOf,
  encodeHeader,
  type FeatureHeader,
  FeatureLayout,
  type FeaturesOfRun,
  headerBytes,
  ROWS_PER_BLOCK,
} from './format.ts';
import { openFeatureFile, readInto, writeAll } from './openFile.ts';
import { encodeProjection, type FeatureProjection, project } from './projection.ts';

/** The features of an image, [F] as the model gives them. */
export interface FeatureRow {
  id: number;
  features: Float32Array;
}

/**
 * Writes features, a batch at a time, before the other results of the batch are committed: an image that
 * counts as scanned then has its row. A row counts once its checksum is written after it, so a row that a
 * killed process has left half written does not count.
 */
export class FeatureWriter {
  readonly #file: string;
  #descriptor: number;
  #header: FeatureHeader;
  #layout: FeatureLayout;
  #projection: FeatureProjection | null;

  private constructor(
    file: string,
    descriptor: number,
    header: FeatureHeader,
    projection: FeatureProjection | null,
  ) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.#header = header;
    this.#layout = new FeatureLayout(header);
    this.#projection = projection;
  }

  /** Continues the file if it belongs to the same run; else begins it again. */
  static open(file: string, ofRun: FeaturesOfRun): FeatureWriter {
    const present = openFeatureFile(file, 'r+');
    if (present?.header.predictedBy === ofRun.predictedBy && present.header.modelSize === ofRun.modelSize) {
      return new FeatureWriter(file, present.descriptor, present.header, present.projection);
    }
    if (present !== null) closeSync(present.descriptor);
    const header = { ...ofRun, size: ofRun.modelSize, projected: false };
    return new FeatureWriter(file, begin(file, header, null), header, null);
  }

  /** Whether rows are kept in the compact form. */
  get isCompact(): boolean {
    return this.#projection !== null;
  }

  write(rows: readonly FeatureRow[]): void {
    const stored = rows.map(({ id, features }) => ({ id, bytes: this.#bytesOf(features) }));
    for (const run of neighboursIn(stored)) {
      const first = (run[0] as (typeof run)[number]).id;
      const checksums = new Uint32Array(run.map(({ id, bytes }) => checksumOf(bytes, id)));
      writeAll(this.#descriptor, Buffer.concat(run.map(({ bytes }) => bytes)), this.#layout.rowAt(first));
      writeAll(this.#descriptor, Buffer.from(checksums.buffer), this.#layout.checksumAt(first));
    }
  }

  /** Converts the existing rows to the compact form, and keeps it. If it is killed, the file is unchanged. */
  makeCompact(projection: FeatureProjection): void {
    const { modelSize, predictedBy } = this.#header;
    const header = { modelSize, predictedBy, size: projection.matrix.length / modelSize, projected: true };
    const beside = `${this.#file}.new`;
    const compact = new FeatureWriter(beside, begin(beside, header, projection), header, projection);
    try {
      for (const rows of storedRows(this.#descriptor, this.#layout)) compact.write(rows);
      fsyncSync(compact.#descriptor);
    } finally {
      compact.close();
    }
    this.close();
    renameSync(beside, this.#file);
    const present = openFeatureFile(this.#file, 'r+');
    if (present === null) throw new Error(`${this.#file} cannot be opened again`);
    this.#descriptor = present.descriptor;
    this.#header = header;
    this.#layout = new FeatureLayout(header);
    this.#projection = projection;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #bytesOf(features: Float32Array): Buffer {
    if (features.length !== this.#header.modelSize) {
      throw new Error(`${features.length} features of an image, expected ${this.#header.modelSize}`);
    }
    const halves = new Float16Array(
      this.#projection === null ? features : project(this.#projection, features),
    );
    return Buffer.from(halves.buffer);
  }
}

interface StoredRow {
  id: number;
  bytes: Buffer;
}

/** Rows that are next to each other in the file, in their order; of one id the last counts. */
function neighboursIn(rows: readonly StoredRow[]): StoredRow[][] {
  const byId = [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => a.id - b.id);
  const runs: StoredRow[][] = [];
  for (const row of byId) {
    const run = runs.at(-1);
    const before = run?.at(-1)?.id;
    if (run !== undefined && before === row.id - 1 && row.id % ROWS_PER_BLOCK !== 0) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

/** The rows of a file that are whole, a block at a time. */
function* storedRows(descriptor: number, layout: FeatureLayout): Generator<FeatureRow[]> {
  for (let first = 0; ; first += ROWS_PER_BLOCK) {
    const checksums = new Uint32Array(ROWS_PER_BLOCK);
    const found = readInto(descriptor, Buffer.from(checksums.buffer), layout.checksumAt(first));
    if (found === 0) return;
    const block = Buffer.alloc(ROWS_PER_BLOCK * layout.rowBytes);
    readInto(descriptor, block, layout.rowAt(first));
    const rows: FeatureRow[] = [];
    for (const [place, checksum] of checksums.entries()) {
      const bytes = block.subarray(place * layout.rowBytes, (place + 1) * layout.rowBytes);
      if (checksum === 0 || checksum !== checksumOf(bytes, first + place)) continue;
      const halves = new Float16Array(new Uint8Array(bytes).buffer);
      rows.push({ id: first + place, features: new Float32Array(halves) });
    }
    yield rows;
  }
}

/** A new file that replaces the existing one. @returns its descriptor */
function begin(file: string, header: FeatureHeader, projection: FeatureProjection | null): number {
  rmSync(file, { force: true });
  const descriptor = openSync(file, 'w+');
  try {
    if (projection !== null) writeAll(descriptor, encodeProjection(projection), headerBytes);
    writeAll(descriptor, encodeHeader(header), 0);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
