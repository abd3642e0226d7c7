import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { VerdictKind } from '../../domain/verdicts.ts';

/** The decision that counts for a sample; null if there is none. */
export interface CurrentVerdict {
  id: number;
  verdict: VerdictKind | null;
  classIndex: number | null;
}

type DecidedSample = CurrentVerdict & { verdict: VerdictKind };

/** Verdicts whose samples are brought up to date by one statement. */
const FOLLOWED_AT_ONCE = 500;

const decisionSchema = z.object({ id: z.number(), decidedAt: z.string() });

/** The decision that counts for each sample, in columns of its row: brought up to date after verdicts were added. */
export class CurrentVerdicts {
  #follow;
  #followFirst;
  #firstVerdict;
  #lastVerdict;
  #ofSamples;
  #count;
  #all;
  #inTime;

  constructor(database: Database.Database) {
    // Of each sample the adjudication, else what most annotators came to, else the newest; keeping `sad` and
    // setting `sad` are the same. domain/votes.ts says it in words.
    this.#follow = database.prepare(
      `WITH touched AS (SELECT DISTINCT sample_id FROM verdicts AS own WHERE action_id = @actionId AND id > @after AND id <= @last
           AND (@withOthers = 0 OR EXISTS
             (SELECT 1 FROM verdicts AS other WHERE other.sample_id = own.sample_id AND other.id <> own.id))),
         latest AS (SELECT max(id) AS id FROM verdicts
           WHERE sample_id IN (SELECT sample_id FROM touched) AND role <> 'repeat'
           GROUP BY sample_id, annotator, role),
         votes AS (SELECT verdicts.*, role = 'adjudication' AS is_last_word,
             CASE verdict WHEN 'kept' THEN coalesce(given_class, -1) WHEN 'relabelled' THEN class_index
               ELSE verdict END AS outcome
           FROM verdicts JOIN samples ON samples.id = sample_id
           WHERE verdicts.id IN (SELECT id FROM latest) AND verdict <> 'cleared'),
         counted AS (SELECT id, sample_id, is_last_word,
             count(*) OVER (PARTITION BY sample_id, outcome) AS agreeing FROM votes),
         ranked AS (SELECT id, sample_id, row_number() OVER (PARTITION BY sample_id
             ORDER BY is_last_word DESC, agreeing DESC, id DESC) AS place FROM counted),
         people AS (SELECT sample_id, group_concat(annotator, ';' ORDER BY first_id) AS annotators
           FROM (SELECT sample_id, annotator, min(id) AS first_id FROM votes GROUP BY sample_id, annotator)
           GROUP BY sample_id)
       UPDATE samples SET current_verdict = best.verdict, current_class = best.class_index,
         current_annotators = people.annotators, current_decided_at = best.decided_at
       FROM touched LEFT JOIN ranked ON ranked.sample_id = touched.sample_id AND ranked.place = 1
         LEFT JOIN verdicts AS best ON best.id = ranked.id
         LEFT JOIN people ON people.sample_id = touched.sample_id
       WHERE samples.id = touched.sample_id`,
    );
    this.#firstVerdict = database
      .prepare('SELECT coalesce(min(id), 0) FROM verdicts WHERE action_id = ?')
      .pluck();
    this.#lastVerdict = database
      .prepare('SELECT coalesce(max(id), 0) FROM verdicts WHERE action_id = ?')
      .pluck();
    this.#followFirst = database.prepare(
      `UPDATE samples SET current_verdict = own.verdict, current_class = own.class_index,
         current_annotators = own.annotator, current_decided_at = own.decided_at
       FROM verdicts AS own WHERE own.action_id = @actionId AND own.id > @after AND own.id <= @last AND samples.id = own.sample_id
         AND NOT EXISTS (SELECT 1 FROM verdicts AS other WHERE other.sample_id = own.sample_id AND other.id <> own.id)`,
    );
    this.#ofSamples = database.prepare(
      `SELECT id, current_verdict AS verdict, current_class AS classIndex FROM samples
         WHERE id IN (SELECT value FROM json_each(?))`,
    );
    this.#count = database
      .prepare(`SELECT count(*) FROM samples WHERE current_verdict IS NOT NULL AND state <> 'vanished'`)
      .pluck();
    this.#all = database.prepare(
      `SELECT id, current_verdict AS verdict, current_class AS classIndex FROM samples
         WHERE current_verdict IS NOT NULL`,
    );
    this.#inTime = database.prepare(
      `SELECT id, current_decided_at AS decidedAt FROM samples WHERE current_verdict IS NOT NULL
         ORDER BY current_decided_at, id`,
    );
  }

  /** Updates the current verdicts of the samples that an action changed: the newest that counts. */
  follow(actionId: number): void {
    for (const part of this.#partsOf(actionId, 0)) this.#follow.run({ ...part, withOthers: 0 });
  }

  /**
   * The same of an action of votes, most of which are the first verdict on their sample.
   * @param after id of the last verdict that was followed before
   */
  followVotes(actionId: number, after: number): void {
    for (const part of this.#partsOf(actionId, after)) {
      this.#followFirst.run(part);
      this.#follow.run({ ...part, withOthers: 1 });
    }
  }

  /** SQLite makes no index of the verdicts that it ranks, so that its work grows with the square of how many they are. */
  *#partsOf(actionId: number, start: number): Generator<{ actionId: number; after: number; last: number }> {
    const end = this.#lastVerdict.get(actionId) as number;
    let after = Math.max(start, (this.#firstVerdict.get(actionId) as number) - 1);
    for (; after < end; after += FOLLOWED_AT_ONCE) {
      yield { actionId, after, last: Math.min(end, after + FOLLOWED_AT_ONCE) };
    }
  }

  ofSamples(ids: readonly number[]): CurrentVerdict[] {
    return this.#ofSamples.all(JSON.stringify(ids)) as CurrentVerdict[];
  }

  /** The decision that counts for each sample that has one. */
  all(): Iterable<DecidedSample> {
    return this.#all.iterate() as Iterable<DecidedSample>;
  }

  /** When each sample that has a verdict got it, in the order of time. */
  inTime(): { id: number; decidedAt: string }[] {
    return z.array(decisionSchema).parse(this.#inTime.all());
  }

  /** Of samples that have not vanished. */
  count(): number {
    return this.#count.get() as number;
  }
}
