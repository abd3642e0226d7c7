import type Database from 'better-sqlite3';
import { rowsInPages } from './rowsInPages.ts';

/** Another model's, or another fit's, earlier results for an image. */
export interface EarlierFlag {
  sampleId: number;
  suggestedClass: number | null;
  /** Probability that the given label is wrong; null where that run could not say. */
  wrongLabel: number | null;
}

/** The flags of the previous run, kept so that the two can be compared. */
export class EarlierFlagsTable {
  #clear;
  #keep;
  #page;

  constructor(database: Database.Database) {
    this.#clear = database.prepare('DELETE FROM earlier_flags');
    this.#keep = database.prepare(
      `INSERT INTO earlier_flags (sample_id, suggested_class, wrong_label)
         SELECT sample_id, suggested_class, wrong_label FROM flags
         WHERE sample_id IN (SELECT id FROM samples WHERE state = 'read')`,
    );
    this.#page = database.prepare<[number, number]>(
      `SELECT sample_id AS sampleId, suggested_class AS suggestedClass, wrong_label AS wrongLabel
         FROM earlier_flags WHERE sample_id > ? ORDER BY sample_id LIMIT ?`,
    );
  }

  /** Replaces the earlier flags by the current ones. @returns how many they are */
  keepPresent(): number {
    this.#clear.run();
    return this.#keep.run().changes;
  }

  /** STRICT columns need no schema a row. */
  all(): Generator<EarlierFlag> {
    return rowsInPages(this.#page);
  }
}
