import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import type { VerdictKind, VerdictRole } from '../../domain/verdicts.ts';
import type { ProjectFile } from '../project/index.ts';

/** A verdict and the images it is on; `label` is the index of a class, for `relabelled` only. */
export interface DecisionPart {
  sampleIds: readonly number[];
  verdict: VerdictKind;
  label: number | null;
  /** ISO 8601; that of the whole decision, unless this part was made elsewhere. */
  decidedAt?: string | undefined;
  /** That of the whole decision, unless this part has its own. */
  role?: VerdictRole | undefined;
}

/** One of many decisions that were made elsewhere. */
interface EachDecision {
  sampleId: number;
  verdict: VerdictKind;
  label: number | null;
  decidedAt: string;
}

/** Votes in one transaction of several, between which others wait: some ten milliseconds. */
const VOTES_AT_ONCE = 300;

export interface DecisionFacts {
  note: string;
  /** ISO 8601; now, unless the decision was made elsewhere. */
  decidedAt?: string;
  /** A page that got no answer asks again with the same id; the request is processed once. */
  requestId?: string | undefined;
  /** Whether it is a vote, a repeated vote, or an adjudication. */
  role?: VerdictRole | undefined;
}

export type NewDecision = Pick<DecisionPart, 'sampleIds' | 'verdict' | 'label'> & DecisionFacts;

/** Appends an annotator's decisions, and their undo and redo. Nothing is ever overwritten. */
export class VerdictLog {
  readonly #project: ProjectFile;
  readonly #annotator: string;
  /** Actions that an undo would revert, and that a redo would bring back; the next one last. */
  readonly #done: number[] = [];
  readonly #undone: number[] = [];

  /** @param annotator whose verdicts these are; undo and redo affect only theirs, even after a restart */
  constructor(project: ProjectFile, annotator: string) {
    this.#project = project;
    this.#annotator = annotator;
    const takenBack = project.unfinished.takenBack();
    for (const { id, kind, target } of project.verdicts.actionsOf(annotator))
      if (!takenBack.has(target ?? id)) this.#replay(kind, target ?? id);
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** One verdict over one or many samples, undone as one step. On disk when this returns. */
  decide({ sampleIds, verdict, label, ...facts }: NewDecision): void {
    this.decideAll([{ sampleIds, verdict, label }], facts);
  }

  /**
   * Several verdicts, each on its own samples, undone as one step. Verdicts on no samples leave the log
   * unchanged: undo and redo ignore them.
   * @returns the samples, none if the request was processed before
   */
  decideAll(
    parts: readonly DecisionPart[],
    { note, requestId, role = 'vote', decidedAt = new Date().toISOString() }: DecisionFacts,
  ): number[] {
    if (this.#samplesOfRequest(requestId) !== null) return [];
    for (const part of parts) this.#check(part);
    if (parts.every(({ sampleIds }) => sampleIds.length === 0)) return [];
    const annotator = this.#annotator;
    const { verdicts, currentVerdicts } = this.#project;
    const actionId = this.#project.transaction(() => {
      const action = verdicts.appendAction({
        annotator,
        kind: 'do',
        at: decidedAt,
        requestId: requestId ?? null,
      });
      for (const part of parts) {
        const { sampleIds, verdict, label: classIndex } = part;
        const facts = { decidedAt: part.decidedAt ?? decidedAt, role: part.role ?? role };
        verdicts.appendToAll(action, [...new Set(sampleIds)], {
          annotator,
          verdict,
          classIndex,
          note,
          ...facts,
        });
      }
      currentVerdicts.follow(action);
      return action;
    });
    this.#replay('do', actionId);
    return parts.flatMap(({ sampleIds }) => sampleIds);
  }

  /**
   * One verdict on each of many samples, undone as one step.
   * @param decisions iterated while they are written, inside a transaction of the caller
   * @returns how many
   */
  decideEach(decisions: Iterable<EachDecision>): number {
    const { verdicts } = this.#project;
    let action: number | null = null;
    let count = 0;
    const before = verdicts.lastId();
    for (const decision of decisions) {
      action ??= this.#appendAction();
      this.#appendVote(action, decision);
      count++;
    }
    if (action === null) return 0;
    this.#project.currentVerdicts.followVotes(action, before);
    this.#replay('do', action);
    return count;
  }

  /**
   * The same in many transactions, between which others can save: to be finished, or undone, by the caller.
   * @returns the action; null where there were no decisions
   * @see UnfinishedActions
   */
  async beginDecidingEach(
    decisions: Iterable<EachDecision>,
    begun: (action: number) => void,
    votesAtOnce = VOTES_AT_ONCE,
  ): Promise<number | null> {
    const { verdicts, currentVerdicts, unfinished } = this.#project;
    const rest = decisions[Symbol.iterator]();
    let action: number | null = null;
    for (let isDone = false; !isDone; await nextTurn()) {
      isDone = this.#project.transaction(() => {
        const before = verdicts.lastId();
        for (let count = 0; count < votesAtOnce; count++) {
          const { done, value } = rest.next();
          if (done === true) {
            if (action !== null) currentVerdicts.followVotes(action, before);
            return true;
          }
          if (action === null) {
            action = this.#appendAction();
            unfinished.begin(action);
            begun(action);
          }
          this.#appendVote(action, value);
        }
        if (action !== null) currentVerdicts.followVotes(action, before);
        return false;
      });
    }
    if (action !== null) this.#replay('do', action);
    return action;
  }

  #appendAction(): number {
    const at = new Date().toISOString();
    return this.#project.verdicts.appendAction({ annotator: this.#annotator, kind: 'do', at });
  }

  #appendVote(action: number, { sampleId, verdict, label: classIndex, decidedAt }: EachDecision): void {
    const annotator = this.#annotator;
    const vote = { sampleId, annotator, verdict, classIndex, note: '', decidedAt, role: 'vote' as const };
    this.#project.verdicts.append(action, vote);
  }

  /** @returns the samples that it changed */
  undo(requestId?: string): number[] {
    return this.#revert('undo', this.#done.at(-1), requestId);
  }

  /** @returns the samples that it changed */
  redo(requestId?: string): number[] {
    return this.#revert('redo', this.#undone.at(-1), requestId);
  }

  #revert(kind: 'undo' | 'redo', target: number | undefined, requestId: string | undefined): number[] {
    const done = this.#samplesOfRequest(requestId);
    if (done !== null) return done;
    if (target === undefined) return [];
    const { verdicts, currentVerdicts, unfinished } = this.#project;
    const annotator = this.#annotator;
    const at = new Date().toISOString();
    this.#project.transaction(() => {
      const action = verdicts.appendAction({ annotator, kind, target, at, requestId: requestId ?? null });
      if (kind === 'undo') verdicts.appendUndo(action, target, at, unfinished.takenBack());
      else verdicts.appendRedo(action, target, at);
      currentVerdicts.follow(action);
    });
    this.#replay(kind, target);
    return verdicts.samplesOf(target);
  }

  #check({ sampleIds, label }: DecisionPart): void {
    const classCount = this.#project.dataset.classes().length;
    if (label !== null && label >= classCount) {
      const hint = `The dataset has ${classCount} classes.`;
      throw new AppError('bad-request', `there is no class ${label}`, hint);
    }
    const unknown = this.#project.samples.unknownAmong(sampleIds);
    if (unknown !== null) {
      throw new AppError('not-found', `there is no image with id ${unknown}`, 'Reload the queue.');
    }
  }

  /** Whether a request is one that came before. */
  isRepeated(requestId: string | undefined): boolean {
    return this.#samplesOfRequest(requestId) !== null;
  }

  #samplesOfRequest(requestId: string | undefined): number[] | null {
    this.#project.checkPlace(); // an answer means that the decision is in the file
    return requestId === undefined ? null : this.#project.verdicts.samplesOfRequest(requestId);
  }

  #replay(kind: 'do' | 'undo' | 'redo', action: number): void {
    if (kind === 'undo') this.#undone.push(this.#done.pop() as number);
    else this.#done.push(action);
    if (kind === 'redo') this.#undone.pop();
    if (kind === 'do') this.#undone.length = 0;
  }
}
