import type Database from 'better-sqlite3';
import { z } from 'zod';
import { SCORE_IDS, type ScoreId, type Scores, scoresBy } from '../../labelQuality/scores/index.ts';
import { float32Array, float32Blob } from './floats.ts';

export type TrainedOn = 'same-pixels' | 'near-copy';

type ScoreColumn = Underscored<ScoreId>;
type Underscored<Id extends string> = Id extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Underscored<Tail>}`
  : Id;

/** The column of a score. */
const columnOf = (id: ScoreId) => id.replaceAll('-', '_') as ScoreColumn;
const scoreColumns = SCORE_IDS.map(columnOf);

/** Gives the table a column for each score that came after the file was made. */
export function addScoreColumns(database: Database.Database): void {
  for (const column of missingScoreColumns(database)) {
    database.exec(`ALTER TABLE flags ADD COLUMN ${column} REAL`);
  }
}

export function missingScoreColumns(database: Database.Database): string[] {
  const present = database.prepare("SELECT name FROM pragma_table_info('flags')").pluck().all();
  return scoreColumns.filter((column) => !present.includes(column));
}

const scoreShape = Object.fromEntries(scoreColumns.map((column) => [column, z.number().nullable()]));
const rowSchema = z.object({
  sample_id: z.number(),
  suggested_class: z.number().nullable(),
  alternative_class: z.number().nullable(),
  alternative_probability: z.number().nullable(),
  truth: z.instanceof(Buffer).nullable(),
  trained_on: z.enum(['same-pixels', 'near-copy']).nullable(),
  ...(scoreShape as Record<ScoreColumn, z.ZodNullable<z.ZodNumber>>),
});

/** The scores of an image's given label. */
export interface Flag {
  sampleId: number;
  /** The most likely class: another than the given one if that is more likely wrong than right. */
  suggestedClass: number | null;
  /** The most likely class other than the given one, and its probability to be the true one. */
  alternativeClass: number | null;
  alternativeProbability: number | null;
  /** [L] how likely each class is the true one; NaN for one that nothing has a probability for. Null in a file of an older version. */
  truth?: Float32Array | null;
  scores: Scores;
  trainedOn: TrainedOn | null;
}

/** The review index's part of a flag. */
export type IndexedFlag = Pick<
  Flag,
  'sampleId' | 'suggestedClass' | 'alternativeClass' | 'trainedOn' | 'scores'
>;

type IndexedRow = [number, number | null, number | null, TrainedOn | null, ...(number | null)[]];

function flagOf(row: z.infer<typeof rowSchema>): Flag {
  return {
    sampleId: row.sample_id,
    suggestedClass: row.suggested_class,
    alternativeClass: row.alternative_class,
    alternativeProbability: row.alternative_probability,
    truth: row.truth === null ? null : float32Array(row.truth, row.truth.byteLength / 4, 'flags.truth'),
    scores: scoresBy((id) => row[columnOf(id)]),
    trainedOn: row.trained_on,
  };
}

const COLUMNS = [
  'sample_id',
  'suggested_class',
  'alternative_class',
  'alternative_probability',
  'truth',
  'trained_on',
  ...scoreColumns,
].join(', ');

const ROWS_AT_ONCE = 10_000;
const INDEXED_BEFORE_SCORES = 4;

/** Writes flags into the project's table, or into one of the same columns. */
export class FlagWriter {
  #upsert;

  constructor(database: Database.Database, table: string) {
    this.#upsert = database.prepare(
      `INSERT OR REPLACE INTO ${table} (run_id, ${COLUMNS})
       VALUES (@runId, @sampleId, @suggestedClass, @alternativeClass, @alternativeProbability, @truth, @trainedOn, ${scoreColumns.map((column) => `@${column}`).join(', ')})`,
    );
  }

  write(runId: number, flag: Flag): void {
    const scoreValues = Object.fromEntries(SCORE_IDS.map((id) => [columnOf(id), flag.scores[id]]));
    const { scores: _, truth, ...columns } = flag;
    this.#upsert.run({ runId, ...columns, truth: truth ? float32Blob(truth) : null, ...scoreValues });
  }
}

export class FlagsTable extends FlagWriter {
  #byId;
  #all;
  #page;
  #indexed;

  constructor(database: Database.Database) {
    super(database, 'flags');
    this.#byId = database.prepare(`SELECT ${COLUMNS} FROM flags WHERE sample_id = ?`);
    this.#all = database.prepare(
      `SELECT ${COLUMNS} FROM flags WHERE sample_id IN (SELECT id FROM samples WHERE state = 'read')`,
    );
    this.#page = database.prepare(
      `SELECT ${COLUMNS} FROM flags WHERE sample_id > ?
         AND sample_id IN (SELECT id FROM samples WHERE state = 'read') ORDER BY sample_id LIMIT ?`,
    );
    const scores = scoreColumns.join(', ');
    this.#indexed = database
      .prepare(
        `SELECT sample_id, suggested_class, alternative_class, trained_on, ${scores} FROM flags
           WHERE sample_id > ? ORDER BY sample_id LIMIT ?`,
      )
      .raw();
  }

  byId(sampleId: number): Flag | null {
    const row = this.#byId.get(sampleId);
    return row === undefined ? null : flagOf(rowSchema.parse(row));
  }

  /**
   * What the review index needs of every flag, including images that are no longer read: the same object each
   * time, with new values. One object for each row took half of the time of opening a million images.
   */
  *indexed(): Generator<IndexedFlag> {
    const flag: IndexedFlag = {
      sampleId: 0,
      suggestedClass: null,
      alternativeClass: null,
      trainedOn: null,
      scores: scoresBy(() => null),
    };
    for (;;) {
      const rows = this.#indexed.all(flag.sampleId, ROWS_AT_ONCE) as IndexedRow[];
      for (const row of rows) {
        flag.sampleId = row[0];
        flag.suggestedClass = row[1];
        flag.alternativeClass = row[2];
        flag.trainedOn = row[3];
        for (let at = 0; at < SCORE_IDS.length; at++) {
          flag.scores[SCORE_IDS[at] as ScoreId] = row[INDEXED_BEFORE_SCORES + at] as number | null;
        }
        yield flag;
      }
      if (rows.length < ROWS_AT_ONCE) return;
    }
  }

  /** The next flags after an image, by the images' numbers, of those that the current model has predicted. */
  page(afterSampleId: number, limit: number): Flag[] {
    return this.#page.all(afterSampleId, limit).map((row) => flagOf(row as z.input<typeof rowSchema>));
  }

  /**
   * Flags of every image that the current model has predicted. STRICT columns need no schema for each row.
   */
  *all(): Generator<Flag> {
    for (const row of this.#all.iterate()) yield flagOf(row as z.input<typeof rowSchema>);
  }
}
