import type Database from 'better-sqlite3';
import { z } from 'zod';
import { VERDICT_ROLES, VERDICTS, type VerdictKind } from '../../domain/verdicts.ts';

const loggedVerdictSchema = z.enum([...VERDICTS, 'cleared']);

const rowSchema = z
  .object({
    sample_id: z.number(),
    annotator: z.string(),
    verdict: loggedVerdictSchema,
    class_index: z.number().nullable(),
    note: z.string(),
    decided_at: z.string(),
    role: z.enum(VERDICT_ROLES),
  })
  .transform((row) => ({
    sampleId: row.sample_id,
    annotator: row.annotator,
    verdict: row.verdict,
    classIndex: row.class_index,
    note: row.note,
    decidedAt: row.decided_at,
    role: row.role,
  }));

/** One entry of the append-only log. */
type LoggedVerdict = z.infer<typeof rowSchema>;

const standingSchema = rowSchema.refine(
  (row): row is LoggedVerdict & { verdict: VerdictKind } => row.verdict !== 'cleared',
);
/** An entry that nothing later has replaced or undone. */
export type StandingVote = z.infer<typeof standingSchema>;

const actionSchema = z.object({
  id: z.number(),
  kind: z.enum(['do', 'undo', 'redo']),
  target: z.number().nullable(),
});
type LoggedAction = z.infer<typeof actionSchema>;

interface ActionDetails {
  target?: number | null;
  requestId?: string | null;
}

const COLUMNS = 'sample_id, annotator, verdict, class_index, note, decided_at, role';

/** The state before an action, of its verdicts that match a condition. */
const undoWhere = (condition: string, decidedAt: string) => `
  INSERT INTO verdicts (action_id, ${COLUMNS})
    SELECT @actionId, undone.sample_id, undone.annotator, coalesce(earlier.verdict, 'cleared'),
      earlier.class_index, coalesce(earlier.note, ''), ${decidedAt}, undone.role
    FROM verdicts AS undone LEFT JOIN verdicts AS earlier ON earlier.id =
      (SELECT max(id) FROM verdicts WHERE sample_id = undone.sample_id AND annotator = undone.annotator
         AND role = undone.role AND action_id < @target
         AND action_id NOT IN (SELECT value FROM json_each(@takenBack)))
    WHERE undone.action_id = @target AND ${condition} ORDER BY undone.id`;

/** The samples that match a condition whose current votes disagree. */
const disagreementsWhere = (condition: string) => `
  WITH standing AS (SELECT verdicts.*, CASE verdict WHEN 'kept' THEN coalesce(given_class, -1)
      WHEN 'relabelled' THEN class_index ELSE verdict END AS outcome
    FROM verdicts JOIN samples ON samples.id = sample_id WHERE verdict <> 'cleared' AND verdicts.id IN
      (SELECT max(id) FROM verdicts WHERE ${condition} GROUP BY sample_id, annotator, role))
  SELECT sample_id FROM standing GROUP BY sample_id
  HAVING count(DISTINCT outcome) FILTER (WHERE role = 'vote') > 1
    AND count(*) FILTER (WHERE role = 'adjudication') = 0`;

/**
 * Verdicts, never overwritten, grouped in actions: the decisions of one key press or one bulk command, and
 * their undo and redo.
 */
export class VerdictsTable {
  #insertAction;
  #actionOfRequest;
  #insertForAll;
  #insertUndo;
  #insertTakingBack;
  #insertRedo;
  #history;
  #votesOf;
  #allVotes;
  #several;
  #disagreements;
  #disagreementsAmong;
  #annotators;
  #samplesOf;
  #actions;
  #insert;
  #voteOf;
  #hasActions;
  #annotatorOf;
  #lastId;

  constructor(database: Database.Database) {
    this.#insertAction = database.prepare(
      `INSERT INTO actions (annotator, kind, target_id, request_id, at)
       VALUES (@annotator, @kind, @target, @requestId, @at)`,
    );
    this.#lastId = database.prepare('SELECT coalesce(max(id), 0) FROM verdicts').pluck();
    this.#actionOfRequest = database.prepare('SELECT id FROM actions WHERE request_id = ?').pluck();
    this.#insertForAll = database.prepare(
      `INSERT INTO verdicts (action_id, ${COLUMNS})
         SELECT @actionId, value, @annotator, @verdict, @classIndex, @note, @decidedAt, @role FROM json_each(@sampleIds)`,
    );
    this.#insert = database.prepare(
      `INSERT INTO verdicts (action_id, ${COLUMNS})
         VALUES (@actionId, @sampleId, @annotator, @verdict, @classIndex, @note, @decidedAt, @role)`,
    );
    this.#annotatorOf = database.prepare('SELECT annotator FROM actions WHERE id = ?').pluck();
    this.#hasActions = database.prepare('SELECT EXISTS (SELECT 1 FROM actions WHERE annotator = ?)').pluck();
    this.#voteOf = database.prepare(
      `SELECT verdict, class_index AS classIndex, decided_at AS decidedAt FROM verdicts
         WHERE sample_id = ? AND annotator = ? AND role = 'vote' ORDER BY id DESC LIMIT 1`,
    );
    this.#insertUndo = database.prepare(undoWhere('true', '@decidedAt'));
    this.#insertTakingBack = database.prepare(
      undoWhere(
        `NOT EXISTS (SELECT 1 FROM verdicts WHERE sample_id = undone.sample_id
        AND annotator = undone.annotator AND role = undone.role AND id > undone.id)`,
        'coalesce(earlier.decided_at, @decidedAt)',
      ),
    );
    this.#insertRedo = database.prepare(
      `INSERT INTO verdicts (action_id, ${COLUMNS})
         SELECT @actionId, sample_id, annotator, verdict, class_index, note, @decidedAt, role
         FROM verdicts WHERE action_id = @target ORDER BY id`,
    );
    this.#history = database.prepare(
      `SELECT ${COLUMNS} FROM verdicts WHERE sample_id = ?
         AND action_id NOT IN (SELECT value FROM json_each(?)) ORDER BY id`,
    );
    this.#votesOf = database.prepare(
      `SELECT ${COLUMNS} FROM verdicts WHERE verdict <> 'cleared' AND id IN
         (SELECT max(id) FROM verdicts WHERE sample_id = ? GROUP BY annotator, role) ORDER BY id`,
    );
    this.#allVotes = database.prepare(
      `SELECT ${COLUMNS} FROM verdicts WHERE verdict <> 'cleared' AND id IN
         (SELECT max(id) FROM verdicts GROUP BY sample_id, annotator, role) ORDER BY id`,
    );
    this.#annotators = database.prepare('SELECT DISTINCT annotator FROM actions ORDER BY annotator').pluck();
    this.#several = database
      .prepare('SELECT (SELECT min(annotator) FROM actions) IS NOT (SELECT max(annotator) FROM actions)')
      .pluck();
    this.#disagreements = database.prepare(disagreementsWhere('true')).pluck();
    this.#disagreementsAmong = database
      .prepare(disagreementsWhere('sample_id IN (SELECT value FROM json_each(?))'))
      .pluck();
    this.#samplesOf = database
      .prepare('SELECT sample_id FROM verdicts WHERE action_id = ? ORDER BY id')
      .pluck();
    this.#actions = database.prepare(
      `SELECT id, kind, target_id AS target FROM actions WHERE annotator = ?
         AND EXISTS (SELECT 1 FROM verdicts WHERE action_id = coalesce(target_id, actions.id)) ORDER BY id`,
    );
  }

  /**
   * @param action `target` is what an undo or redo reverts; `requestId` distinguishes a repeated request from
   *   a new one
   */
  appendAction(
    action: { annotator: string; kind: LoggedAction['kind']; at: string } & ActionDetails,
  ): number {
    const { target = null, requestId = null } = action;
    return Number(this.#insertAction.run({ ...action, target, requestId }).lastInsertRowid);
  }

  /** The samples that a request changed when it came the first time; null for a new one. */
  samplesOfRequest(requestId: string): number[] | null {
    const actionId = this.#actionOfRequest.get(requestId);
    return typeof actionId === 'number' ? this.samplesOf(actionId) : null;
  }

  /** The same verdict on each of the samples, as one action. */
  appendToAll(
    actionId: number,
    sampleIds: readonly number[],
    verdict: Omit<LoggedVerdict, 'sampleId'>,
  ): void {
    this.#insertForAll.run({ actionId, ...verdict, sampleIds: JSON.stringify(sampleIds) });
  }

  append(actionId: number, verdict: LoggedVerdict): void {
    this.#insert.run({ actionId, ...verdict });
  }

  /** Whose action it is; null where there is none. */
  annotatorOf(actionId: number): string | null {
    return z
      .string()
      .nullable()
      .parse(this.#annotatorOf.get(actionId) ?? null);
  }

  /** Whether someone has ever decided on an image here. */
  hasActionsOf(annotator: string): boolean {
    return this.#hasActions.get(annotator) === 1;
  }

  /**
   * An annotator's decision on a sample that counts; null if there is none. STRICT columns need no schema for
   * each row.
   */
  voteOf(
    sampleId: number,
    annotator: string,
  ): Pick<LoggedVerdict, 'verdict' | 'classIndex' | 'decidedAt'> | null {
    const row = this.#voteOf.get(sampleId, annotator) as ReturnType<VerdictsTable['voteOf']> | undefined;
    return row == null || row.verdict === 'cleared' ? null : row;
  }

  /** The state before the action `target`, or that there was none; actions that were taken back never were. */
  appendUndo(actionId: number, target: number, decidedAt: string, takenBack: Iterable<number>): void {
    this.#insertUndo.run({ actionId, target, decidedAt, takenBack: JSON.stringify([...takenBack]) });
  }

  /** As if the action had never been: with the times of before, and without what was decided after it. */
  appendTakingBack(actionId: number, target: number, decidedAt: string, takenBack: Iterable<number>): void {
    this.#insertTakingBack.run({ actionId, target, decidedAt, takenBack: JSON.stringify([...takenBack]) });
  }

  /** Repeats the decisions of the action `target`. */
  appendRedo(actionId: number, target: number, decidedAt: string): void {
    this.#insertRedo.run({ actionId, target, decidedAt });
  }

  /** Everything ever decided on a sample, oldest first, but for what some actions did. */
  history(sampleId: number, without: Iterable<number> = []): LoggedVerdict[] {
    return z.array(rowSchema).parse(this.#history.all(sampleId, JSON.stringify([...without])));
  }

  /** Each annotator's decision on a sample that counts, in each role; the newest last. */
  votesOf(sampleId: number): StandingVote[] {
    return z.array(standingSchema).parse(this.#votesOf.all(sampleId));
  }

  /** The same for every sample that anyone reviewed. */
  allVotes(): StandingVote[] {
    return z.array(standingSchema).parse(this.#allVotes.all());
  }

  /** Everyone who ever reviewed. */
  /** Grows with everything that is decided or undone; 0 before that. */
  lastId(): number {
    return this.#lastId.get() as number;
  }

  annotators(): string[] {
    return z.array(z.string()).parse(this.#annotators.all());
  }

  /** Samples on which annotators disagree and nobody has resolved it. */
  disagreements(): Set<number> {
    return new Set(z.array(z.number()).parse(this.#disagreements.all()));
  }

  /** The same for some samples, without reading the others. */
  disagreementsAmong(sampleIds: readonly number[]): Set<number> {
    return new Set(z.array(z.number()).parse(this.#disagreementsAmong.all(JSON.stringify(sampleIds))));
  }

  /** Whether more than one person has reviewed; needed after every decision. */
  haveSeveralAnnotators(): boolean {
    return this.#several.get() === 1;
  }

  /** The samples that an action changed, in its order. */
  samplesOf(actionId: number): number[] {
    return this.#samplesOf.all(actionId) as number[];
  }

  /**
   * The actions that undo and redo follow, oldest first. Actions on no image, which older versions appended,
   * do not count.
   */
  actionsOf(annotator: string): LoggedAction[] {
    return z.array(actionSchema).parse(this.#actions.all(annotator));
  }
}
