import type Database from 'better-sqlite3';

/** Issues of an image, as bits of labelQuality/issues/index.ts. */
export interface SampleIssues {
  sampleId: number;
  bits: number;
}

/** Picture quality and other issues of images; found by a fit. */
export class IssuesTable {
  #upsertQuality;
  #upsert;
  #remove;
  #byId;
  #all;

  constructor(database: Database.Database) {
    this.#upsertQuality = database.prepare(
      'INSERT OR REPLACE INTO picture_quality (sample_id, brightness, sharpness) VALUES (?, ?, ?)',
    );
    this.#upsert = database.prepare('INSERT OR REPLACE INTO issues (sample_id, bits) VALUES (?, ?)');
    this.#remove = database.prepare('UPDATE issues SET bits = bits & ~? WHERE bits & ?');
    this.#byId = database.prepare('SELECT bits FROM issues WHERE sample_id = ?').pluck();
    this.#all = database.prepare('SELECT sample_id AS sampleId, bits FROM issues WHERE bits <> 0');
  }

  writeQuality(sampleId: number, { brightness, sharpness }: { brightness: number; sharpness: number }): void {
    this.#upsertQuality.run(sampleId, brightness, sharpness);
  }

  write({ sampleId, bits }: SampleIssues): void {
    this.#upsert.run(sampleId, bits);
  }

  /** These issues are found in no image any more. */
  remove(bits: number): void {
    this.#remove.run(bits, bits);
  }

  byId(sampleId: number): number {
    return (this.#byId.get(sampleId) as number | undefined) ?? 0;
  }

  /** Of the images that have any. */
  *all(): Generator<SampleIssues> {
    for (const row of this.#all.iterate()) yield row as SampleIssues;
  }
}
