import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { CodedColumn } from '../../domain/codedColumns.ts';

const rowSchema = z.object({
  name: z.string(),
  kind: z.enum(['choice', 'number']),
  choices: z.string(),
  cells: z.instanceof(Uint8Array),
});
const choicesSchema = z.array(z.string());

/** The further columns of the source as filters need them: one blob a column, its cells by the sample's id. */
export class MetadataColumnsTable {
  #select;
  #clear;
  #insert;

  constructor(database: Database.Database) {
    this.#select = database.prepare(
      'SELECT name, kind, choices, cells FROM metadata_columns ORDER BY ordinal',
    );
    this.#clear = database.prepare('DELETE FROM metadata_columns');
    this.#insert = database.prepare(
      'INSERT INTO metadata_columns (ordinal, name, kind, choices, cells) VALUES (?, ?, ?, ?, ?)',
    );
  }

  /** In the source's order. */
  all(): CodedColumn[] {
    return z
      .array(rowSchema)
      .parse(this.#select.all())
      .map(({ name, kind, choices, cells }): CodedColumn => {
        const { buffer } = new Uint8Array(cells); // a copy is aligned
        return kind === 'number'
          ? { kind, name, cells: new Float32Array(buffer) }
          : { kind, name, values: choicesSchema.parse(JSON.parse(choices)), cells: new Uint16Array(buffer) };
      });
  }

  /** Puts these in place of all. Part of the caller's transaction. */
  replace(columns: readonly CodedColumn[]): void {
    this.#clear.run();
    for (const [ordinal, column] of columns.entries()) {
      const choices = column.kind === 'choice' ? column.values : [];
      const { buffer, byteOffset, byteLength } = column.cells;
      const cells = Buffer.from(buffer, byteOffset, byteLength);
      this.#insert.run(ordinal, column.name, column.kind, JSON.stringify(choices), cells);
    }
  }
}
