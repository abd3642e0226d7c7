import type { UndoResult } from '../../shared/api.ts';
import { AppError } from '../../shared/errors.ts';
import type { VerdictKind } from '../../shared/review.ts';
import type { ProjectFile } from '../project/index.ts';

export interface Decision {
  sampleIds: readonly number[];
  verdict: VerdictKind;
  label: number | null;
  note: string;
  /** ISO 8601; now, unless the decision was made elsewhere. */
  decidedAt?: string;
  /** A page that got no answer asks again with the same id, and is not heard twice. */
  requestId?: string | undefined;
}

/** Appends what an annotator decides, and what undo and redo do to it. Nothing is ever rewritten. */
export class VerdictLog {
  readonly #project: ProjectFile;
  readonly #annotator: string;
  /** Actions that an undo would revert, and that a redo would bring back; the next one last. */
  readonly #done: number[] = [];
  readonly #undone: number[] = [];

  /** @param annotator whose verdicts these are; undo and redo are theirs alone, across restarts too */
  constructor(project: ProjectFile, annotator: string) {
    this.#project = project;
    this.#annotator = annotator;
    for (const { id, kind, target } of project.verdicts.actionsOf(annotator))
      this.#replay(kind, target ?? id);
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** One verdict over one or many samples, undone as one step. On disk when this returns. */
  decide(decision: Decision): void {
    const { verdict, label, note } = decision;
    if (this.#samplesOfRequest(decision.requestId) !== null) return;
    const decidedAt = decision.decidedAt ?? new Date().toISOString();
    const classCount = this.#project.dataset.classes().length;
    if (label !== null && label >= classCount) {
      throw new AppError(
        'bad-request',
        `there is no class ${label}`,
        `The dataset has ${classCount} classes.`,
      );
    }
    const sampleIds = [...new Set(decision.sampleIds)];
    const unknown = this.#project.samples.unknownAmong(sampleIds);
    if (unknown !== null) {
      throw new AppError('not-found', `there is no image with id ${unknown}`, 'Ask for the queue again.');
    }
    const annotator = this.#annotator;
    const { verdicts, samples } = this.#project;
    const actionId = this.#project.transaction(() => {
      const requestId = decision.requestId ?? null;
      const action = verdicts.appendAction({ annotator, kind: 'do', at: decidedAt, requestId });
      verdicts.appendToAll(action, sampleIds, { annotator, verdict, classIndex: label, note, decidedAt });
      samples.followVerdicts(action);
      return action;
    });
    this.#replay('do', actionId);
  }

  undo(requestId?: string): UndoResult {
    return this.#revert('undo', this.#done.at(-1), requestId);
  }

  redo(requestId?: string): UndoResult {
    return this.#revert('redo', this.#undone.at(-1), requestId);
  }

  #revert(kind: 'undo' | 'redo', target: number | undefined, requestId: string | undefined): UndoResult {
    const done = this.#samplesOfRequest(requestId);
    if (done !== null) return this.#result(done);
    if (target === undefined) return this.#result([]);
    const { verdicts, samples } = this.#project;
    const annotator = this.#annotator;
    const at = new Date().toISOString();
    this.#project.transaction(() => {
      const action = verdicts.appendAction({ annotator, kind, target, at, requestId: requestId ?? null });
      if (kind === 'undo') verdicts.appendUndo(action, target, at);
      else verdicts.appendRedo(action, target, at);
      samples.followVerdicts(action);
    });
    this.#replay(kind, target);
    return this.#result(verdicts.samplesOf(target));
  }

  #samplesOfRequest(requestId: string | undefined): number[] | null {
    return requestId === undefined ? null : this.#project.verdicts.samplesOfRequest(requestId);
  }

  #replay(kind: 'do' | 'undo' | 'redo', action: number): void {
    if (kind === 'undo') this.#undone.push(this.#done.pop() as number);
    else this.#done.push(action);
    if (kind === 'redo') this.#undone.pop();
    if (kind === 'do') this.#undone.length = 0;
  }

  #result(sampleIds: number[]): UndoResult {
    return { sampleIds, canUndo: this.canUndo, canRedo: this.canRedo };
  }
}
