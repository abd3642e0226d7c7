import type Database from 'better-sqlite3';
import { type Flag, FlagWriter } from './flagsTable.ts';
import { ReadingWriter, type StoredOutputs } from './readingWriter.ts';

const TABLES = ['predictions', 'embeddings', 'flags'] as const;
const NO_RUN_YET = 0;

/**
 * Readings of a whole run that wait, in temporary tables, until all of them are known to be good: then one transaction
 * puts them in the place of those before. What others write meanwhile is not part of it.
 */
export class StagedReadings {
  readonly #database: Database.Database;
  readonly #readings: ReadingWriter;
  readonly #flags: FlagWriter;

  constructor(database: Database.Database) {
    this.#database = database;
    for (const table of TABLES) {
      database.exec(`DROP TABLE IF EXISTS temp.staged_${table};
        CREATE TEMPORARY TABLE staged_${table} AS SELECT * FROM ${table} WHERE 0;`);
    }
    this.#readings = new ReadingWriter(database, {
      predictions: 'temp.staged_predictions',
      embeddings: 'temp.staged_embeddings',
    });
    this.#flags = new FlagWriter(database, 'temp.staged_flags');
  }

  /** In a transaction, some at a time. */
  add(sampleId: number, outputs: StoredOutputs, flag: Flag): void {
    this.#readings.write(NO_RUN_YET, sampleId, outputs, []);
    this.#flags.write(NO_RUN_YET, flag);
  }

  /**
   * In a transaction: these are the project's readings from now on. What was learnt of the ones before goes, and an
   * image that has none of these waits to be read.
   */
  publish(runId: number): void {
    for (const table of TABLES) {
      const columns = this.#database.pragma(`table_info(${table})`) as { name: string }[];
      const values = columns.map(({ name }) => (name === 'run_id' ? '?' : name));
      this.#database.exec(`DELETE FROM main.${table}`);
      this.#database
        .prepare(`INSERT INTO main.${table} SELECT ${values.join(', ')} FROM temp.staged_${table}`)
        .run(runId);
    }
    this.#database.exec(`DELETE FROM head_readings;
      DELETE FROM issues;
      UPDATE samples SET state = 'pending'
        WHERE state = 'read' AND id NOT IN (SELECT sample_id FROM temp.staged_predictions);
      UPDATE samples SET state = 'read'
        WHERE state = 'pending' AND id IN (SELECT sample_id FROM temp.staged_predictions);`);
  }

  discard(): void {
    for (const table of TABLES) this.#database.exec(`DROP TABLE IF EXISTS temp.staged_${table}`);
  }
}
