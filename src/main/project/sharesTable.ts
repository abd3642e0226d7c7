import type Database from 'better-sqlite3';

/** Which images are assigned to which annotator. */
export class SharesTable {
  #clear;
  #insert;
  #of;
  #annotators;

  constructor(database: Database.Database) {
    this.#clear = database.prepare('DELETE FROM shares');
    this.#insert = database.prepare(
      'INSERT INTO shares (annotator, sample_id) SELECT @annotator, value FROM json_each(@sampleIds)',
    );
    this.#of = database
      .prepare('SELECT sample_id FROM shares WHERE annotator = ? ORDER BY sample_id')
      .pluck();
    this.#annotators = database.prepare('SELECT DISTINCT annotator FROM shares').pluck();
  }

  clear(): void {
    this.#clear.run();
  }

  add(annotator: string, sampleIds: readonly number[]): void {
    this.#insert.run({ annotator, sampleIds: JSON.stringify(sampleIds) });
  }

  /** Empty for a reviewer without assigned images. */
  of(annotator: string): number[] {
    return this.#of.all(annotator) as number[];
  }

  annotators(): string[] {
    return this.#annotators.all() as string[];
  }
}
