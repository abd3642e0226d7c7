import type Database from 'better-sqlite3';
import { z } from 'zod';

/** A simple random sample of the images that had no verdict when it was drawn. */
export interface Audit {
  id: number;
  drawnAt: string;
  seed: number;
  /** The annotator whose round contains its images; null if it was drawn on its own. */
  roundOf: string | null;
  /** In the order of their review. */
  sampleIds: number[];
  /** Images that had a decision when the sample was drawn: it says nothing about them. */
  reviewedBefore: number[];
}

interface AuditRow {
  id: number;
  drawn_at: string;
  seed: number;
  round_of: string | null;
  reviewed_before: string;
}

const idsSchema = z.array(z.int());

/** The random samples that were drawn, each with its images. */
export class AuditsTable {
  #insert;
  #insertImages;
  #all;
  #imagesOf;
  #keepFirst;

  constructor(database: Database.Database) {
    this.#insert = database.prepare(
      'INSERT INTO audits (drawn_at, seed, round_of, reviewed_before) VALUES (@drawnAt, @seed, @roundOf, @reviewedBefore)',
    );
    this.#insertImages = database.prepare(
      'INSERT INTO audit_images (audit_id, place, sample_id) SELECT @id, key, value FROM json_each(@sampleIds)',
    );
    this.#all = database.prepare('SELECT * FROM audits ORDER BY id');
    this.#imagesOf = database
      .prepare('SELECT sample_id FROM audit_images WHERE audit_id = ? ORDER BY place')
      .pluck();
    this.#keepFirst = database.prepare(
      `DELETE FROM audit_images WHERE audit_id = @id AND place NOT IN (
         SELECT place FROM audit_images WHERE audit_id = @id ORDER BY place LIMIT @count)`,
    );
  }

  /** In the order in which they were drawn. */
  all(): Audit[] {
    return (this.#all.all() as AuditRow[]).map((row) => ({
      id: row.id,
      drawnAt: row.drawn_at,
      seed: row.seed,
      roundOf: row.round_of,
      sampleIds: this.#imagesOf.all(row.id) as number[],
      reviewedBefore: idsSchema.parse(JSON.parse(row.reviewed_before)),
    }));
  }

  add({ sampleIds, reviewedBefore, ...audit }: Omit<Audit, 'id'>): void {
    const { lastInsertRowid } = this.#insert.run({
      ...audit,
      reviewedBefore: JSON.stringify(reviewedBefore),
    });
    this.#insertImages.run({ id: lastInsertRowid, sampleIds: JSON.stringify(sampleIds) });
  }

  /** Drops the rest of a sample after its first images. */
  keepFirst(id: number, count: number): void {
    this.#keepFirst.run({ id, count });
  }
}
