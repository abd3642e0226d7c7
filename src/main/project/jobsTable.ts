import type Database from 'better-sqlite3';
import type { JobProgress } from '../../protocol/api.ts';

/** Long jobs and their progress. A job that is `running` in a file that nobody has open was killed. */
export class JobsTable {
  #insert;
  #update;
  #interrupt;

  constructor(database: Database.Database) {
    this.#insert = database.prepare(
      `INSERT INTO jobs (kind, state, done, total, started_at, updated_at) VALUES (@kind, 'running', @done, @total, @now, @now)`,
    );
    this.#update = database.prepare(
      'UPDATE jobs SET state = @state, done = @done, total = @total, error = @error, updated_at = @now WHERE id = @id',
    );
    this.#interrupt = database.prepare(
      `UPDATE jobs SET state = 'cancelled', error = 'interrupted' WHERE state IN ('running', 'paused')`,
    );
  }

  begin(kind: 'import' | 'scan', done: number, total: number): number {
    return Number(this.#insert.run({ kind, done, total, now: new Date().toISOString() }).lastInsertRowid);
  }

  update(id: number, job: Pick<JobProgress, 'state' | 'done' | 'total'> & { error: string | null }): void {
    this.#update.run({ id, ...job, now: new Date().toISOString() });
  }

  /** Ends the jobs that a killed process left behind. */
  closeInterrupted(): void {
    this.#interrupt.run();
  }
}
