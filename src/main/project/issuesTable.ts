import type Database from 'better-sqlite3';
import { rowsInPages } from './rowsInPages.ts';

/** Issues of an image, as bits of labelQuality/issues/index.ts. */
interface SampleIssues {
  sampleId: number;
  bits: number;
}

/** Picture quality and other issues of images; found by a fit. */
export class IssuesTable {
  #upsertQuality;
  #upsert;
  #delete;
  #remove;
  #byId;
  #page;

  constructor(database: Database.Database) {
    this.#upsertQuality = database.prepare(
      'INSERT OR REPLACE INTO picture_quality (sample_id, brightness, sharpness) VALUES (?, ?, ?)',
    );
    this.#upsert = database.prepare('INSERT OR REPLACE INTO issues (sample_id, bits) VALUES (?, ?)');
    this.#delete = database.prepare('DELETE FROM issues WHERE sample_id = ?');
    this.#remove = database.prepare('UPDATE issues SET bits = bits & ~? WHERE bits & ?');
    this.#byId = database.prepare('SELECT bits FROM issues WHERE sample_id = ?').pluck();
    this.#page = database.prepare<[number, number]>(
      `SELECT sample_id AS sampleId, bits FROM issues WHERE sample_id > ? AND bits <> 0 ORDER BY sample_id LIMIT ?`,
    );
  }

  writeQuality(sampleId: number, { brightness, sharpness }: { brightness: number; sharpness: number }): void {
    this.#upsertQuality.run(sampleId, brightness, sharpness);
  }

  /** Most images have none, and no row: a large project is opened sooner. */
  write({ sampleId, bits }: SampleIssues): void {
    if (bits === 0) this.#delete.run(sampleId);
    else this.#upsert.run(sampleId, bits);
  }

  /** These issues are found in no image any more. */
  remove(bits: number): void {
    this.#remove.run(bits, bits);
  }

  byId(sampleId: number): number {
    return (this.#byId.get(sampleId) as number | undefined) ?? 0;
  }

  /** Of the images that have any. */
  all(): Generator<SampleIssues> {
    return rowsInPages(this.#page);
  }
}
