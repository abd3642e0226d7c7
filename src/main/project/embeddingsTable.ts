import type Database from 'better-sqlite3';
import { z } from 'zod';
import { VERDICTS } from '../../domain/verdicts.ts';
import { float16Array } from './floats.ts';

const rowSchema = z.object({
  id: z.number(),
  vector: z.instanceof(Buffer),
  given: z.number().nullable(),
  verdict: z.enum(VERDICTS).nullable(),
  label: z.number().nullable(),
});

/** An image's embedding, with its given label and the one that counts. */
interface EmbeddedSample {
  id: number;
  /** [D] */
  embedding: Float32Array;
  given: number | null;
  /** After the decision; null if there is none, or the image is excluded. */
  label: number | null;
}

const COLUMNS = `samples.id AS id, vector, given_class AS given, current_verdict AS verdict, current_class AS label`;
const READ = `FROM embeddings JOIN samples ON samples.id = embeddings.sample_id WHERE samples.state = 'read'`;

/** The model's embeddings of the scanned images, for passes over all of them. */
export class EmbeddingsTable {
  #ids;
  #byId;
  #page;

  constructor(database: Database.Database) {
    this.#ids = database.prepare(`SELECT samples.id ${READ} ORDER BY samples.id`).pluck();
    this.#byId = database.prepare(`SELECT ${COLUMNS} ${READ} AND samples.id = ?`);
    this.#page = database.prepare(`SELECT ${COLUMNS} ${READ} AND samples.id > ? ORDER BY samples.id LIMIT ?`);
  }

  ids(): number[] {
    return z.array(z.number()).parse(this.#ids.all());
  }

  /** @param size D */
  byId(id: number, size: number): EmbeddedSample | null {
    const row = this.#byId.get(id);
    return row === undefined ? null : embeddedSample(row, size);
  }

  /** Up to `limit` by id after `afterId`. */
  page(afterId: number, limit: number, size: number): EmbeddedSample[] {
    return this.#page.all(afterId, limit).map((row) => embeddedSample(row, size));
  }
}

function embeddedSample(row: unknown, size: number): EmbeddedSample {
  const { id, vector, given, verdict, label } = rowSchema.parse(row);
  const standing = verdict === 'relabelled' ? label : verdict === 'excluded' ? null : given;
  return { id, embedding: float16Array(vector, size, 'embeddings.vector'), given, label: standing };
}
