import type Database from 'better-sqlite3';
import { z } from 'zod';

/** What was recognised when the folder was imported, kept so that reopening needs no second detection. */
export const storedRecognitionSchema = z.object({
  layout: z.string(),
  title: z.string(),
  confidence: z.number(),
  reason: z.string(),
  options: z.record(z.string(), z.string()),
  classes: z.array(
    z.object({ name: z.string(), count: z.number(), id: z.string().nullable().default(null) }),
  ),
  splits: z.array(z.object({ name: z.string(), count: z.number() })),
  metadata: z.array(z.string()).default([]),
  images: z.number(),
  problems: z.array(
    z.object({ kind: z.string(), message: z.string(), count: z.number(), examples: z.array(z.string()) }),
  ),
  numberings: z.array(z.object({ id: z.string(), title: z.string(), isSure: z.boolean() })).default([]),
});
type StoredRecognition = z.infer<typeof storedRecognitionSchema>;

interface StoredDataset {
  /** Absolute path of the dataset's folder. */
  folder: string;
  recognition: StoredRecognition;
  importedAt: string;
}

const rowSchema = z.object({ folder: z.string(), recognition: z.string(), imported_at: z.string() });

/** The one dataset of a project, and its classes in their order. */
export class DatasetTable {
  #select;
  #upsert;
  #selectClasses;
  #insertClass;

  constructor(database: Database.Database) {
    this.#select = database.prepare('SELECT folder, recognition, imported_at FROM dataset');
    this.#upsert = database.prepare(
      `INSERT INTO dataset (id, folder, layout, recognition, created_at, imported_at)
       VALUES (1, @folder, @layout, @recognition, @now, @now)
       ON CONFLICT (id) DO UPDATE SET folder = @folder, layout = @layout, recognition = @recognition, imported_at = @now`,
    );
    this.#selectClasses = database.prepare('SELECT name FROM classes ORDER BY class_index').pluck();
    this.#insertClass = database.prepare(
      'INSERT INTO classes (class_index, name) SELECT coalesce(max(class_index) + 1, 0), ? FROM classes',
    );
  }

  read(): StoredDataset | null {
    const row = this.#select.get();
    if (row === undefined) return null;
    const { folder, recognition, imported_at } = rowSchema.parse(row);
    return {
      folder,
      recognition: storedRecognitionSchema.parse(JSON.parse(recognition)),
      importedAt: imported_at,
    };
  }

  write(folder: string, recognition: z.input<typeof storedRecognitionSchema>): void {
    this.#upsert.run({
      folder,
      layout: recognition.layout,
      recognition: JSON.stringify(recognition),
      now: new Date().toISOString(),
    });
  }

  /** Their accents are composed (NFC), except of a class that an older version told from one that looks the same. */
  classes(): string[] {
    const names = z.array(z.string()).parse(this.#selectClasses.all());
    const taken = new Set(names);
    return names.map((name) => {
      const composed = name.normalize('NFC');
      if (taken.has(composed)) return name;
      taken.add(composed);
      return composed;
    });
  }

  /** Classes are only ever added: verdicts contain their indices. */
  addClasses(names: readonly string[]): void {
    const known = new Set(this.classes());
    for (const name of names.map((one) => one.normalize('NFC'))) {
      if (known.has(name)) continue;
      known.add(name);
      this.#insertClass.run(name);
    }
  }
}
