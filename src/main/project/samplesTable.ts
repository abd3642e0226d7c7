import type Database from 'better-sqlite3';
import { z } from 'zod';
import { type ImageRegion, imageRegionSchema } from '../../domain/imageSource.ts';
import type { FileFacts, ImageFacts } from '../../domain/inference.ts';
import { VERDICTS, type VerdictKind } from '../../domain/verdicts.ts';

const SAMPLE_STATES = ['pending', 'read', 'unreadable', 'vanished'] as const;
type SampleState = (typeof SAMPLE_STATES)[number];

const rowSchema = z
  .object({
    id: z.number(),
    ordinal: z.number(),
    image: z.string(),
    path: z.string(),
    region: z.string().nullable(),
    split: z.string().nullable(),
    given_class: z.number().nullable(),
    state: z.enum(SAMPLE_STATES),
    problem: z.string().nullable(),
    size_bytes: z.number().nullable(),
    mtime_ms: z.number().nullable(),
    content_sha256: z.string().nullable(),
    width: z.number().nullable(),
    height: z.number().nullable(),
    format: z.string().nullable(),
    pixels_sha256: z.string().nullable(),
    current_verdict: z.enum(VERDICTS).nullable(),
    current_class: z.number().nullable(),
    current_annotators: z.string().nullable(),
    current_decided_at: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    ordinal: row.ordinal,
    image: row.image,
    path: row.path,
    region: row.region === null ? null : imageRegionSchema.parse(JSON.parse(row.region)),
    split: row.split,
    givenClass: row.given_class,
    state: row.state,
    problem: row.problem,
    sizeBytes: row.size_bytes,
    mtimeMs: row.mtime_ms,
    contentSha256: row.content_sha256,
    width: row.width,
    height: row.height,
    format: row.format,
    pixelsSha256: row.pixels_sha256,
    currentVerdict: row.current_verdict,
    currentClass: row.current_class,
    currentAnnotators: row.current_annotators,
    currentDecidedAt: row.current_decided_at,
  }));

/** An image of the dataset with its given label, its facts once it is scanned, and its current verdict. */
export type Sample = z.infer<typeof rowSchema>;

const pendingSchema = z
  .object({ id: z.number(), ordinal: z.number(), path: z.string(), region: z.string().nullable() })
  .transform(({ region, ...row }) => ({
    ...row,
    region: region === null ? null : imageRegionSchema.parse(JSON.parse(region)),
  }));
/** Where to find the picture of a sample that waits for the model. */
export type PendingSample = z.infer<typeof pendingSchema>;

type IndexedColumns = Pick<
  Sample,
  'id' | 'image' | 'split' | 'givenClass' | 'state' | 'currentVerdict' | 'currentClass'
>;

/** The facts about a sample that has a decision. */
export type FoundSample = Pick<Sample, 'id' | 'givenClass' | 'state'>;

type IndexedRow = [
  id: number,
  image: string,
  split: string | null,
  givenClass: number | null,
  state: SampleState,
  currentVerdict: VerdictKind | null,
  currentClass: number | null,
  ordinal: number,
];
const INDEXED_AT_ONCE = 10_000;

/** Images of one problem, the first few of them by name. */
export interface SampleProblem {
  problem: string;
  images: number;
  examples: string[];
}
const EXAMPLES = 5;
/** A place in the source's order; two samples may share an ordinal after one has vanished. */
interface Position {
  ordinal: number;
  id: number;
}

/** A sample as a layout lists it. */
export interface ListedSample {
  ordinal: number;
  image: string;
  path: string;
  /** The part of the file that is the picture; null or nothing for the whole file. */
  region?: ImageRegion | null;
  split: string | null;
  givenClass: number | null;
  problem: string | null;
  sizeBytes: number | null;
  mtimeMs: number | null;
}

const COLUMNS = `id, ordinal, image, path, region, split, given_class, state, problem, size_bytes, mtime_ms, content_sha256,
  width, height, format, pixels_sha256, current_verdict, current_class, current_annotators, current_decided_at`;

export class SamplesTable {
  #byId;
  #all;
  #pending;
  #toRead;
  #indexed;
  #perceptualHash;
  #size;
  #insert;
  #find;
  #findPresent;
  #relist;
  #vanish;
  #crop;
  #rename;
  #wait;
  #markRead;
  #keepFacts;
  #markUnreadable;
  #unreadAll;
  #unread;
  #lastOrdinal;
  #fromOrdinal;
  #readIds;
  #retryUnreadable;
  #somePaths;
  #unknown;
  #countByState;
  #problems;
  #examples;
  #withProblem;
  #splitOf;

  constructor(database: Database.Database) {
    this.#byId = database.prepare(`SELECT ${COLUMNS} FROM samples WHERE id = ?`);
    this.#all = database.prepare(
      `SELECT ${COLUMNS} FROM samples WHERE (ordinal, id) > (?, ?) ORDER BY ordinal, id LIMIT ?`,
    );
    this.#pending = database.prepare(
      `SELECT id, ordinal, path, region FROM samples
         WHERE state = 'pending' AND (ordinal, id) > (?, ?) ORDER BY ordinal, id LIMIT ?`,
    );
    this.#toRead = database.prepare(
      `SELECT ${COLUMNS} FROM samples WHERE state = 'pending' AND id IN (SELECT value FROM json_each(?))`,
    );
    this.#indexed = database
      .prepare(
        `SELECT id, image, split, given_class, state, current_verdict, current_class, ordinal FROM samples
           WHERE (ordinal, id) > (?, ?) AND state <> 'vanished' ORDER BY ordinal, id LIMIT ?`,
      )
      .raw();
    this.#perceptualHash = database.prepare('SELECT perceptual_hash FROM samples WHERE id = ?').pluck();
    this.#size = database.prepare('SELECT count(*) FROM samples').pluck();
    this.#insert = database.prepare(
      `INSERT INTO samples (ordinal, image, path, region, split, given_class, state, problem, size_bytes, mtime_ms)
       VALUES (@ordinal, @image, @path, @region, @split, @givenClass, @state, @problem, @sizeBytes, @mtimeMs)`,
    );
    this.#find = database.prepare(`SELECT ${COLUMNS} FROM samples WHERE image = ?`);
    this.#findPresent = database.prepare(
      `SELECT id, given_class AS givenClass, state FROM samples WHERE image = ? AND state <> 'vanished'`,
    );
    this.#relist = database.prepare(
      `UPDATE samples SET ordinal = @ordinal, path = @path, region = @region, split = @split, given_class = @givenClass, state = @state,
         problem = @problem, size_bytes = @sizeBytes, mtime_ms = @mtimeMs WHERE id = @id`,
    );
    this.#vanish = database.prepare(
      `UPDATE samples SET state = 'vanished', problem = 'no longer in the dataset' WHERE id = ?`,
    );
    this.#crop = database.prepare(
      `UPDATE samples SET region = @region, state = 'pending', problem = NULL
         WHERE id = @id AND region IS NOT @region`,
    );
    this.#wait = database.prepare(`UPDATE samples SET state = 'pending', problem = NULL WHERE id = ?`);
    this.#rename = database.prepare('UPDATE samples SET image = ? WHERE id = ?');
    this.#markRead = database.prepare(
      `UPDATE samples SET state = 'read', problem = NULL, size_bytes = @sizeBytes, mtime_ms = @mtimeMs,
         content_sha256 = @contentSha256, width = @width, height = @height, format = @format,
         pixels_sha256 = @pixelsSha256, perceptual_hash = @perceptualHash WHERE id = @id`,
    );
    this.#keepFacts = database.prepare(
      `UPDATE samples SET content_sha256 = @contentSha256, width = @width, height = @height, format = @format,
         pixels_sha256 = @pixelsSha256, perceptual_hash = @perceptualHash WHERE id = @id`,
    );
    this.#markUnreadable = database.prepare(
      `UPDATE samples SET state = 'unreadable', problem = @problem, content_sha256 = @contentSha256 WHERE id = @id`,
    );
    this.#unreadAll = database.prepare(
      `UPDATE samples SET state = 'pending', problem = NULL WHERE state IN ('read', 'unreadable') AND path <> ''`,
    );
    this.#unread = database.prepare(
      `UPDATE samples SET state = 'pending', problem = NULL
         WHERE state = 'read' AND path <> '' AND id IN (SELECT value FROM json_each(?))`,
    );
    this.#lastOrdinal = database.prepare('SELECT max(ordinal) FROM samples').pluck();
    this.#fromOrdinal = database.prepare(
      `SELECT ${COLUMNS} FROM samples WHERE ordinal >= ? AND state IN ('pending', 'read') AND path <> ''
         ORDER BY ordinal, id LIMIT 1`,
    );
    this.#readIds = database.prepare(`SELECT id FROM samples WHERE state = 'read' ORDER BY id`).pluck();
    this.#retryUnreadable = database.prepare(
      `UPDATE samples SET state = 'pending', problem = NULL WHERE state = 'unreadable' AND path <> ''
         AND (problem IN (SELECT value FROM json_each(@exact)) OR substr(problem, 1, length(@beginning)) = @beginning)`,
    );
    this.#somePaths = database
      .prepare('SELECT path FROM samples WHERE size_bytes IS NOT NULL ORDER BY random() LIMIT ?')
      .pluck();
    this.#unknown = database
      .prepare('SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM samples) LIMIT 1')
      .pluck();
    this.#countByState = database.prepare('SELECT state, count(*) AS count FROM samples GROUP BY state');
    this.#splitOf = database.prepare('SELECT split FROM samples WHERE id = ?').pluck();
    this.#withProblem = database.prepare(
      `SELECT ${COLUMNS} FROM samples WHERE problem IS NOT NULL AND state <> 'vanished' ORDER BY ordinal, id LIMIT ?`,
    );
    this.#problems = database.prepare(
      `SELECT problem, count(*) AS images FROM samples WHERE problem IS NOT NULL AND state <> 'vanished'
         GROUP BY problem ORDER BY images DESC, problem`,
    );
    this.#examples = database
      .prepare(
        `SELECT image FROM samples WHERE problem = ? AND state <> 'vanished' ORDER BY ordinal, id LIMIT ${EXAMPLES}`,
      )
      .pluck();
  }

  byId(id: number): Sample | null {
    const row = this.#byId.get(id);
    return row === undefined ? null : rowSchema.parse(row);
  }

  byImage(image: string): Sample | null {
    const row = this.#find.get(image);
    return row === undefined ? null : rowSchema.parse(row);
  }

  /** A sample that has not vanished. STRICT columns need no schema a row. */
  find(image: string): FoundSample | null {
    return (this.#findPresent.get(image) as FoundSample | undefined) ?? null;
  }

  /** All samples in the source's order, in pages, so that a long list is never in memory at once. */
  *all(pageSize = 1000): Generator<Sample> {
    let last: Position = { ordinal: -1, id: 0 };
    for (;;) {
      const page = z.array(rowSchema).parse(this.#all.all(last.ordinal, last.id, pageSize));
      yield* page;
      const end = page.at(-1);
      if (end === undefined) return;
      last = end;
    }
  }

  /** Up to `limit` samples that wait for the model and come after `last`, in the source's order. */
  pending(last: Position, limit: number): PendingSample[] {
    return z.array(pendingSchema).parse(this.#pending.all(last.ordinal, last.id, limit));
  }

  /** Of these samples the ones that still wait for the model, in the order of the ids. */
  toRead(ids: readonly number[]): Sample[] {
    const waiting = z.array(rowSchema).parse(this.#toRead.all(JSON.stringify(ids)));
    const byId = new Map(waiting.map((sample) => [sample.id, sample]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /**
   * What the review index needs of every sample that has not vanished, in the dataset's order: the same
   * object each time, with new values. The columns are STRICT and checked by the table itself: a schema or an
   * object for each row would take most of the time of opening.
   */
  indexed(): Iterable<IndexedColumns> & { length: number } {
    return {
      length: this.#size.get() as number,
      [Symbol.iterator]: () => this.#indexedColumns(),
    };
  }

  *#indexedColumns(): Generator<IndexedColumns> {
    const sample: Partial<IndexedColumns> = {};
    let last: Position = { ordinal: -1, id: 0 };
    for (;;) {
      const rows = this.#indexed.all(last.ordinal, last.id, INDEXED_AT_ONCE) as IndexedRow[];
      for (const row of rows) {
        [sample.id, sample.image, sample.split, sample.givenClass] = row;
        sample.state = row[4];
        sample.currentVerdict = row[5];
        sample.currentClass = row[6];
        yield sample as IndexedColumns;
      }
      const end = rows.at(-1);
      if (end === undefined || rows.length < INDEXED_AT_ONCE) return;
      last = { ordinal: end[7], id: end[0] };
    }
  }

  splitOf(id: number): string | null {
    return (this.#splitOf.get(id) as string | null | undefined) ?? null;
  }

  /** 16 hex digits; null if the image is not scanned. */
  perceptualHash(id: number): string | null {
    return (this.#perceptualHash.get(id) as string | null | undefined) ?? null;
  }

  /** The problems of images that could not be used, the most frequent first. */
  problems(): SampleProblem[] {
    const rows = this.#problems.all() as Omit<SampleProblem, 'examples'>[];
    return rows.map((row) => ({ ...row, examples: this.#examples.all(row.problem) as string[] }));
  }

  /** The first samples that could not be used, in the source's order. */
  withProblem(limit: number): Sample[] {
    return z.array(rowSchema).parse(this.#withProblem.all(limit));
  }

  counts(): Record<SampleState, number> {
    const counts = { pending: 0, read: 0, unreadable: 0, vanished: 0 };
    const rows = z.array(z.object({ state: z.enum(SAMPLE_STATES), count: z.number() }));
    for (const { state, count } of rows.parse(this.#countByState.all())) counts[state] = count;
    return counts;
  }

  /**
   * Adds one listed sample. A file that is new or has changed waits for the model; decisions remain. Returns
   * the sample's id, what changed, and whether the dataset gives it another label than before.
   */
  list(listed: ListedSample): {
    id: number;
    change: 'added' | 'changed' | 'unchanged';
    givenChanged: boolean;
  } {
    const known = this.byImage(listed.image);
    const region = listed.region == null ? null : JSON.stringify(listed.region);
    if (known === null) {
      const state = listed.problem === null ? 'pending' : 'unreadable';
      return {
        id: Number(this.#insert.run({ ...listed, region, state }).lastInsertRowid),
        change: 'added',
        givenChanged: false,
      };
    }
    const sameFile =
      known.sizeBytes === listed.sizeBytes &&
      known.mtimeMs === listed.mtimeMs &&
      (known.region === null ? null : JSON.stringify(known.region)) === region;
    const unchanged =
      sameFile && known.state !== 'vanished' && (listed.problem === null || known.problem === listed.problem);
    const state = listed.problem !== null ? 'unreadable' : unchanged ? known.state : 'pending';
    const problem = listed.problem ?? (unchanged ? known.problem : null);
    this.#relist.run({ ...listed, region, id: known.id, state, problem });
    return {
      id: known.id,
      change: unchanged ? 'unchanged' : 'changed',
      givenChanged: known.givenClass !== listed.givenClass,
    };
  }

  /** The file is gone, or its row is. Its verdicts stay. */
  markVanished(id: number): void {
    this.#vanish.run(id);
  }

  /** Another part of the file is the picture now: it waits for the model. */
  crop(id: number, region: ImageRegion | null): void {
    this.#crop.run({ id, region: region === null ? null : JSON.stringify(region) });
  }

  /** Makes this one pending again. */
  markPending(id: number): void {
    this.#wait.run(id);
  }

  /** Gives a sample another key, which no sample has. */
  rename(id: number, image: string): void {
    this.#rename.run(image, id);
  }

  markRead(id: number, file: FileFacts, image: ImageFacts): void {
    const { brightness: _, sharpness: __, ...facts } = image; // in a table of their own
    this.#markRead.run({ id, ...file, ...facts });
  }

  /** What another machine has measured in this picture, without saying whether it counts as scanned. */
  keepFacts(id: number, contentSha256: string | null, image: ImageFacts): void {
    const { brightness: _, sharpness: __, ...facts } = image; // in a table of their own
    this.#keepFacts.run({ id, contentSha256, ...facts });
  }

  markUnreadable(id: number, problem: string, contentSha256: string | null): void {
    this.#markUnreadable.run({ id, problem, contentSha256 });
  }

  /** Makes everything pending, for another model. */
  markAllPending(): void {
    this.#unreadAll.run();
  }

  /** Makes these pending again; some or all of them were predicted. */
  markUnread(ids: readonly number[]): void {
    this.#unread.run(JSON.stringify(ids));
  }

  /** At most this many readable images, spread over the whole dataset; always the same ones. */
  spread(count: number): Sample[] {
    const last = z.int().nullable().parse(this.#lastOrdinal.get()) ?? -1;
    const found = new Map<number, Sample>();
    const places = Math.min(count, last + 1);
    for (let place = 0; place < places; place++) {
      const row = this.#fromOrdinal.get(Math.floor((place * (last + 1)) / places));
      if (row === undefined) break;
      const sample = rowSchema.parse(row);
      found.set(sample.id, sample);
    }
    return [...found.values()];
  }

  /** In ascending order. */
  readIds(): number[] {
    return z.array(z.number()).parse(this.#readIds.all());
  }

  /** Some files, drawn at random, that were there when the dataset was last listed. */
  somePaths(count: number): string[] {
    return this.#somePaths.all(count) as string[];
  }

  /** Images with such problems wait for the model again. */
  retryUnreadable({ exact, beginning }: { exact: readonly string[]; beginning: string }): void {
    this.#retryUnreadable.run({ exact: JSON.stringify(exact), beginning });
  }

  /** An id among these that no sample has; null where each has one. */
  unknownAmong(ids: readonly number[]): number | null {
    return (this.#unknown.get(JSON.stringify(ids)) as number | undefined) ?? null;
  }
}
