import type Database from 'better-sqlite3';
import { z } from 'zod';
import { VERDICTS } from '../../shared/review.ts';

const loggedVerdictSchema = z.enum([...VERDICTS, 'cleared']);
export type LoggedVerdictKind = z.infer<typeof loggedVerdictSchema>;

const rowSchema = z
  .object({
    sample_id: z.number(),
    annotator: z.string(),
    verdict: loggedVerdictSchema,
    class_index: z.number().nullable(),
    note: z.string(),
    decided_at: z.string(),
  })
  .transform((row) => ({
    sampleId: row.sample_id,
    annotator: row.annotator,
    verdict: row.verdict,
    classIndex: row.class_index,
    note: row.note,
    decidedAt: row.decided_at,
  }));

/** One entry of the append-only log. */
export type LoggedVerdict = z.infer<typeof rowSchema>;

const actionSchema = z.object({
  id: z.number(),
  kind: z.enum(['do', 'undo', 'redo']),
  target: z.number().nullable(),
});
export type Action = z.infer<typeof actionSchema>;

interface ActionDetails {
  target?: number | null;
  requestId?: string | null;
}

const COLUMNS = 'sample_id, annotator, verdict, class_index, note, decided_at';

/**
 * Verdicts, never rewritten, in actions: what one key press or one bulk command decided, and what undo and
 * redo did to it.
 */
export class VerdictsTable {
  #insertAction;
  #actionOfRequest;
  #insert;
  #history;
  #ofAction;
  #before;
  #latestByAnnotator;
  #actions;

  constructor(database: Database.Database) {
    this.#insertAction = database.prepare(
      `INSERT INTO actions (annotator, kind, target_id, request_id, at)
       VALUES (@annotator, @kind, @target, @requestId, @at)`,
    );
    this.#actionOfRequest = database.prepare('SELECT id FROM actions WHERE request_id = ?').pluck();
    this.#insert = database.prepare(
      `INSERT INTO verdicts (action_id, sample_id, annotator, verdict, class_index, note, decided_at)
       VALUES (@actionId, @sampleId, @annotator, @verdict, @classIndex, @note, @decidedAt)`,
    );
    this.#history = database.prepare(`SELECT ${COLUMNS} FROM verdicts WHERE sample_id = ? ORDER BY id`);
    this.#ofAction = database.prepare(`SELECT ${COLUMNS} FROM verdicts WHERE action_id = ? ORDER BY id`);
    this.#before = database.prepare(
      `SELECT ${COLUMNS} FROM verdicts WHERE sample_id = ? AND annotator = ? AND action_id < ? ORDER BY id DESC LIMIT 1`,
    );
    this.#latestByAnnotator = database.prepare(
      `SELECT ${COLUMNS} FROM verdicts WHERE id IN
         (SELECT max(id) FROM verdicts WHERE sample_id = ? GROUP BY annotator) ORDER BY id`,
    );
    this.#actions = database.prepare(
      'SELECT id, kind, target_id AS target FROM actions WHERE annotator = ? ORDER BY id',
    );
  }

  /** @param action `target` is what an undo or redo reverts; `requestId` tells a repeated request from a new one */
  appendAction(action: { annotator: string; kind: Action['kind']; at: string } & ActionDetails): number {
    const { target = null, requestId = null } = action;
    return Number(this.#insertAction.run({ ...action, target, requestId }).lastInsertRowid);
  }

  /** The samples that a request changed when it came the first time; null for a new one. */
  samplesOfRequest(requestId: string): number[] | null {
    const actionId = this.#actionOfRequest.get(requestId);
    return typeof actionId === 'number' ? this.ofAction(actionId).map(({ sampleId }) => sampleId) : null;
  }

  append(actionId: number, verdict: LoggedVerdict): void {
    this.#insert.run({ actionId, ...verdict });
  }

  /** Everything ever decided on a sample, oldest first. */
  history(sampleId: number): LoggedVerdict[] {
    return z.array(rowSchema).parse(this.#history.all(sampleId));
  }

  ofAction(actionId: number): LoggedVerdict[] {
    return z.array(rowSchema).parse(this.#ofAction.all(actionId));
  }

  /** The annotator's verdict on a sample as it stood before an action. */
  before(sampleId: number, annotator: string, actionId: number): LoggedVerdict | null {
    const row = this.#before.get(sampleId, annotator, actionId);
    return row === undefined ? null : rowSchema.parse(row);
  }

  /** Each annotator's standing verdict on a sample, the newest last; cleared ones left out. */
  standing(sampleId: number): LoggedVerdict[] {
    return z
      .array(rowSchema)
      .parse(this.#latestByAnnotator.all(sampleId))
      .filter(({ verdict }) => verdict !== 'cleared');
  }

  actionsOf(annotator: string): Action[] {
    return z.array(actionSchema).parse(this.#actions.all(annotator));
  }
}
