import type Database from 'better-sqlite3';
import { z } from 'zod';
import { wordRecord, wordRecordSchema } from '../../domain/wordRecord.ts';

const dataSchema = wordRecordSchema(z.string());

/**
 * The dataset's other facts about an image: subject, gender, age, valence, ..., by the dataset's own names.
 */
export type SampleMetadata = z.infer<typeof dataSchema>;

export class MetadataTable {
  #select;
  #upsert;
  #delete;
  #all;

  constructor(database: Database.Database) {
    this.#select = database.prepare('SELECT data FROM sample_metadata WHERE sample_id = ?').pluck();
    this.#upsert = database.prepare(
      'INSERT INTO sample_metadata (sample_id, data) VALUES (?, ?) ON CONFLICT (sample_id) DO UPDATE SET data = excluded.data',
    );
    this.#delete = database.prepare('DELETE FROM sample_metadata WHERE sample_id = ?');
    this.#all = database.prepare(
      'SELECT sample_id, data FROM sample_metadata WHERE sample_id > ? ORDER BY sample_id LIMIT 1000',
    );
  }

  /** Empty if the dataset gives none. */
  byId(sampleId: number): SampleMetadata {
    const data = this.#select.get(sampleId);
    return data === undefined ? wordRecord() : dataSchema.parse(JSON.parse(z.string().parse(data)));
  }

  write(sampleId: number, metadata: Readonly<SampleMetadata> | null): void {
    if (metadata === null) this.#delete.run(sampleId);
    else this.#upsert.run(sampleId, JSON.stringify(metadata));
  }

  /** All that is known, in pages, by the sample's id. */
  *all(): Generator<{ sampleId: number; metadata: SampleMetadata }> {
    const rows = z.array(z.object({ sample_id: z.number(), data: z.string() }));
    for (let last = 0; ; ) {
      const page = rows.parse(this.#all.all(last));
      for (const { sample_id, data } of page) {
        yield { sampleId: sample_id, metadata: dataSchema.parse(JSON.parse(data)) };
        last = sample_id;
      }
      if (page.length === 0) return;
    }
  }
}
