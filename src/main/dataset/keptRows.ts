import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { wordRecord } from '../../domain/wordRecord.ts';
import type { SampleRecord } from './recognition/layout.ts';

const MOST_BYTES = {
  /** About 500,000 rows of an image and its label, or 100,000 with a dozen further columns. Those after them are packed. */
  plain: 128 * 2 ** 20,
  /** Of millions of rows. */
  packed: 128 * 2 ** 20,
};
/** What a row, and each of its further columns with a short value, takes in memory. */
const ROW_BYTES = 260;
const COLUMN_BYTES = 70;

/** A layout's rows as it is recognised, kept unless they are too many. */
export class KeptRows {
  readonly #observe: (row: SampleRecord) => void;
  readonly #most: { plain: number; packed: number };
  #plain: SampleRecord[] = [];
  #plainBytes = 0;
  #packed: PackedRows | null = new PackedRows();

  /** @param observe called with every row */
  constructor(observe: (row: SampleRecord) => void = () => {}, mostBytes = MOST_BYTES) {
    this.#observe = observe;
    this.#most = mostBytes;
  }

  /** Null if they were too many. */
  get rows(): Iterable<SampleRecord> | null {
    const [plain, packed] = [this.#plain, this.#packed];
    if (packed === null) return null;
    return {
      *[Symbol.iterator]() {
        yield* plain;
        yield* packed;
      },
    };
  }

  add(row: SampleRecord): void {
    this.#observe(row);
    if (this.#packed === null) return;
    if (this.#plainBytes <= this.#most.plain) {
      this.#plain.push(row);
      this.#plainBytes += bytesOf(row);
      return;
    }
    this.#packed.add(row);
    if (this.#packed.bytes <= this.#most.packed) return;
    this.#packed = null;
    this.#plain = [];
  }
}

/** Roughly. */
function bytesOf({ metadata }: SampleRecord): number {
  let bytes = ROW_BYTES;
  for (const column in metadata) bytes += COLUMN_BYTES + (metadata[column] ?? '').length;
  return bytes;
}

const PACKED_AT_ONCE_CHARACTERS = 2 ** 20;
/** Of compression: the fastest. */
const LEVEL = 1;

/** Rows as compressed JSON. To pack and unpack one takes half the time of reading it from a table. */
class PackedRows {
  readonly #parts: Buffer[] = [];
  /** As JSON, yet to be packed. */
  #waiting: string[] = [];
  #characters = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(row: SampleRecord): void {
    const json = JSON.stringify(row);
    this.#waiting.push(json);
    this.#characters += json.length;
    if (this.#characters >= PACKED_AT_ONCE_CHARACTERS) this.#pack();
  }

  *[Symbol.iterator](): Generator<SampleRecord> {
    this.#pack();
    for (const part of this.#parts) {
      const rows: SampleRecord[] = JSON.parse(inflateRawSync(part).toString());
      for (const row of rows) {
        if (row.metadata !== null) row.metadata = wordRecord(Object.entries(row.metadata));
        yield row;
      }
    }
  }

  #pack(): void {
    const part = deflateRawSync(`[${this.#waiting.join(',')}]`, { level: LEVEL });
    this.#parts.push(part);
    this.#bytes += part.length;
    this.#waiting = [];
    this.#characters = 0;
  }
}
