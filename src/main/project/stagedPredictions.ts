import type Database from 'better-sqlite3';
import type { AnchorMatch } from '../../labelQuality/reliability.ts';
import { forgetColumns, watchColumns } from './columnsStamp.ts';
import { type Flag, FlagWriter } from './flagsTable.ts';
import type { ModelRun } from './modelRunsTable.ts';
import { PredictionWriter, type StoredOutputs } from './predictionWriter.ts';

const TABLES = ['predictions', 'embeddings', 'flags'] as const;

/**
 * Staged predictions of a whole run, in tables beside the project's, until all of them are known to be good:
 * then one short transaction replaces those tables by these. Changes that others make meanwhile are not
 * affected.
 */
export class StagedPredictions {
  readonly run: ModelRun;
  readonly #database: Database.Database;
  readonly #predictions: PredictionWriter;
  readonly #flags: FlagWriter;

  /** In a transaction. @param run is being gathered */
  constructor(database: Database.Database, run: ModelRun) {
    this.run = run;
    this.#database = database;
    const schemaOf = database
      .prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?")
      .pluck();
    for (const table of TABLES) {
      const schema = schemaOf.get(table) as string;
      database.exec(schema.replace(/^CREATE TABLE "?\w+"?/, `CREATE TABLE staged_${table}`));
    }
    this.#predictions = new PredictionWriter(database, {
      predictions: 'staged_predictions',
      embeddings: 'staged_embeddings',
    });
    this.#flags = new FlagWriter(database, 'staged_flags');
  }

  /** In a transaction, some at a time. */
  add(sampleId: number, outputs: StoredOutputs, flag: Flag, anchors: readonly AnchorMatch[] = []): void {
    this.#predictions.write(this.run.id, sampleId, outputs, anchors);
    this.#flags.write(this.run.id, flag);
  }

  /**
   * In a transaction: makes these the project's predictions. What was learned from the previous ones is
   * deleted, and images without one of these become pending.
   */
  publish(): void {
    this.#database.exec(`DELETE FROM tuned_predictions;
      DELETE FROM issues;
      UPDATE samples SET state = 'pending'
        WHERE state = 'read' AND id NOT IN (SELECT sample_id FROM staged_predictions);
      UPDATE samples SET state = 'read'
        WHERE state = 'pending' AND id IN (SELECT sample_id FROM staged_predictions);`);
    for (const table of TABLES) {
      this.#database.exec(`DROP TABLE ${table}; ALTER TABLE staged_${table} RENAME TO ${table};`);
    }
    forgetColumns(this.#database);
    watchColumns(this.#database);
  }
}

/** Deletes what was staged and not published. */
export function dropStaged(database: Database.Database): void {
  for (const table of TABLES) database.exec(`DROP TABLE IF EXISTS staged_${table}`);
}
