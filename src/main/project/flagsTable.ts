import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { ScoreId } from '../../shared/scores.ts';

export type TrainedOn = 'same-pixels' | 'near-copy';

const rowSchema = z.object({
  sample_id: z.number(),
  suggested_class: z.number().nullable(),
  likelihood_ratio: z.number().nullable(),
  self_confidence: z.number().nullable(),
  normalised_margin: z.number().nullable(),
  trained_on: z.enum(['same-pixels', 'near-copy']).nullable(),
});

/** How suspicious an image's given label is, by each score. */
export interface Flag {
  sampleId: number;
  suggestedClass: number | null;
  scores: Record<ScoreId, number | null>;
  trainedOn: TrainedOn | null;
}

function flagOf(row: z.infer<typeof rowSchema>): Flag {
  return {
    sampleId: row.sample_id,
    suggestedClass: row.suggested_class,
    scores: {
      'likelihood-ratio': row.likelihood_ratio,
      'self-confidence': row.self_confidence,
      'normalised-margin': row.normalised_margin,
    },
    trainedOn: row.trained_on,
  };
}

const COLUMNS =
  'sample_id, suggested_class, likelihood_ratio, self_confidence, normalised_margin, trained_on';

export class FlagsTable {
  #upsert;
  #byId;
  #all;

  constructor(database: Database.Database) {
    this.#upsert = database.prepare(
      `INSERT OR REPLACE INTO flags (sample_id, run_id, suggested_class, likelihood_ratio, self_confidence,
         normalised_margin, trained_on)
       VALUES (@sampleId, @runId, @suggestedClass, @likelihoodRatio, @selfConfidence, @normalisedMargin, @trainedOn)`,
    );
    this.#byId = database.prepare(`SELECT ${COLUMNS} FROM flags WHERE sample_id = ?`);
    this.#all = database.prepare(
      `SELECT ${COLUMNS} FROM flags WHERE sample_id IN (SELECT id FROM samples WHERE state = 'read')`,
    );
  }

  write(runId: number, flag: Flag): void {
    this.#upsert.run({
      sampleId: flag.sampleId,
      runId,
      suggestedClass: flag.suggestedClass,
      likelihoodRatio: flag.scores['likelihood-ratio'],
      selfConfidence: flag.scores['self-confidence'],
      normalisedMargin: flag.scores['normalised-margin'],
      trainedOn: flag.trainedOn,
    });
  }

  byId(sampleId: number): Flag | null {
    const row = this.#byId.get(sampleId);
    return row === undefined ? null : flagOf(rowSchema.parse(row));
  }

  /** Flags of every image that the present model has read. STRICT columns need no schema a row. */
  *all(): Generator<Flag> {
    for (const row of this.#all.iterate()) yield flagOf(row as z.input<typeof rowSchema>);
  }
}
