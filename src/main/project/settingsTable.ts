import type Database from 'better-sqlite3';
import type { z } from 'zod';

/** Small values that belong to a project: where the annotator was, who annotates. JSON by key. */
export class SettingsTable {
  #select;
  #upsert;
  readonly #beforeWrite: () => void;

  /** @param beforeWrite throws if the write would be lost */
  constructor(database: Database.Database, beforeWrite: () => void) {
    this.#beforeWrite = beforeWrite;
    this.#select = database.prepare('SELECT value FROM settings WHERE key = ?').pluck();
    this.#upsert = database.prepare(
      'INSERT INTO settings (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = @value',
    );
  }

  /** Null where it was never set, or was set by a version that wrote it in another form. */
  read<T>(key: string, schema: z.ZodType<T>): T | null {
    const value = this.#select.get(key);
    if (typeof value !== 'string') return null;
    return schema.safeParse(JSON.parse(value)).data ?? null;
  }

  write(key: string, value: unknown): void {
    this.#beforeWrite();
    this.#upsert.run({ key, value: JSON.stringify(value) });
  }
}
