import type Database from 'better-sqlite3';
import { z } from 'zod';
import { framingSchema } from '../../domain/framing/framing.ts';
import { IMAGE_VIEWS, PROVIDERS, storedModelSchema } from '../../domain/model.ts';

const providerReportSchema = z.object({
  requested: z.enum(['auto', ...PROVIDERS]),
  used: z.enum(PROVIDERS),
  fallbacks: z.array(z.string()),
});

const rowSchema = z
  .object({
    id: z.number(),
    model_sha256: z.string(),
    model_path: z.string(),
    metadata: z.string(),
    provider: z.string(),
    views: z.enum(IMAGE_VIEWS),
    framing: z.string().nullable(),
    started_at: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    modelSha256: row.model_sha256,
    modelPath: row.model_path,
    model: storedModelSchema.parse(JSON.parse(row.metadata)),
    /** Null for predictions that were imported: the path and the SHA-256 are then those of their file. */
    provider: providerReportSchema.nullable().parse(JSON.parse(row.provider)),
    /** The views of each image that it has predicted; meaningless for imported predictions. */
    views: row.views,
    /** How images were cut before it saw them; null where they were left as they are. */
    framing: row.framing === null ? null : framingSchema.parse(JSON.parse(row.framing)),
    startedAt: row.started_at,
  }));

/** A model that scanned this dataset and what it ran on, or predictions that were imported. */
export type ModelRun = z.infer<typeof rowSchema>;
export type NewRun = Omit<ModelRun, 'id' | 'startedAt' | 'framing'> & Partial<Pick<ModelRun, 'framing'>>;

export class ModelRunsTable {
  #latest;
  #insert;
  #publish;
  #dropGathering;

  constructor(database: Database.Database) {
    this.#latest = database.prepare(
      `SELECT id, model_sha256, model_path, metadata, provider, views, framing, started_at FROM model_runs
         WHERE gathering = 0 ORDER BY id DESC LIMIT 1`,
    );
    this.#insert = database.prepare(
      `INSERT INTO model_runs (model_sha256, model_path, metadata, provider, views, framing, started_at, gathering)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#publish = database.prepare('UPDATE model_runs SET gathering = 0 WHERE id = ?');
    this.#dropGathering = database.prepare('DELETE FROM model_runs WHERE gathering = 1');
  }

  latest(): ModelRun | null {
    const row = this.#latest.get();
    return row === undefined ? null : rowSchema.parse(row);
  }

  /** A run that is the project's from now on. */
  begin(run: NewRun): ModelRun {
    return this.#add(run, false);
  }

  /** A run that is not the project's before it is published. */
  gather(run: NewRun): ModelRun {
    return this.#add(run, true);
  }

  publish(id: number): void {
    this.#publish.run(id);
  }

  dropGathering(): void {
    this.#dropGathering.run();
  }

  #add(run: NewRun, gathering: boolean): ModelRun {
    const startedAt = new Date().toISOString();
    const inserted = this.#insert.run(
      run.modelSha256,
      run.modelPath,
      JSON.stringify(run.model),
      JSON.stringify(run.provider),
      run.views,
      run.framing ? JSON.stringify(run.framing) : null,
      startedAt,
      Number(gathering),
    );
    return { id: Number(inserted.lastInsertRowid), startedAt, framing: null, ...run };
  }
}
