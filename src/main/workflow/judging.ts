import type { z } from 'zod';
import type { UndoResult } from '../../shared/api.ts';
import type { bulkVerdictSchema, VerdictChange, VerdictRole } from '../../shared/review.ts';
import type { ProjectFile } from '../project/index.ts';
import { bulkParts } from './bulkVerdicts.ts';
import type { QueueSnapshots } from './queueSnapshots.ts';
import type { ReviewColumns } from './reviewColumns.ts';
import { type Decision, type DecisionPart, type StepResult, VerdictLog } from './verdicts.ts';

/** Of a step on very many images so many are named; a page asks for what it shows. */
const NAMED_IMAGES = 200;

export interface JudgingSource {
  project: ProjectFile;
  columns: ReviewColumns;
  snapshots: QueueSnapshots;
  annotator: string;
}

/** What one annotator decides, on single images and on many, and takes back: in the log and in the columns. */
export class Judging {
  readonly #source: JudgingSource;
  readonly #log: VerdictLog;
  readonly #changed: (changes: VerdictChange[]) => void;

  constructor(source: JudgingSource, changed: (changes: VerdictChange[]) => void) {
    this.#source = source;
    this.#log = new VerdictLog(source.project, source.annotator);
    this.#changed = changed;
  }

  get canUndo(): boolean {
    return this.#log.canUndo;
  }

  get canRedo(): boolean {
    return this.#log.canRedo;
  }

  /** @returns what now stands on the images, or on the first of very many */
  decide(decision: Decision): VerdictChange[] {
    const { sampleIds, verdict, label, ...facts } = decision;
    this.#log.decideAll(this.#inTheirRoles([{ sampleIds, verdict, label }], facts.role), facts);
    return this.#follow(sampleIds).slice(0, NAMED_IMAGES);
  }

  /** One verdict on many images of a queue, undone as one step. @returns how many it is on */
  decideInQueue(queueId: string, bulk: z.output<typeof bulkVerdictSchema>): number {
    const { snapshots, columns } = this.#source;
    const ids = snapshots.idsIn(queueId, bulk.ranges);
    const { note, requestId } = bulk;
    const parts = this.#inTheirRoles(bulkParts(columns.index, ids, bulk));
    const sampleIds = this.#log.decideAll(parts, { note, requestId });
    this.#follow(sampleIds);
    return sampleIds.length;
  }

  undo(requestId?: string): UndoResult {
    return this.#step(this.#log.undo(requestId));
  }

  redo(requestId?: string): UndoResult {
    return this.#step(this.#log.redo(requestId));
  }

  /** A vote on an image that the round asks again is a repeat: the vote of before stands beside it. */
  #inTheirRoles(parts: readonly DecisionPart[], role?: VerdictRole): readonly DecisionPart[] {
    if (role === 'adjudication') return parts;
    const { columns } = this.#source;
    return parts.flatMap((part) => {
      const repeats = part.sampleIds.filter((id) => columns.isAskedAgain(id));
      if (repeats.length === 0) return [part];
      const votes = part.sampleIds.filter((id) => !columns.isAskedAgain(id));
      return [
        ...(votes.length > 0 ? [{ ...part, sampleIds: votes }] : []),
        { ...part, sampleIds: repeats, role: 'repeat' as const },
      ];
    });
  }

  #step({ sampleIds, canUndo, canRedo }: StepResult): UndoResult {
    this.#follow(sampleIds);
    return { sampleIds: sampleIds.slice(0, NAMED_IMAGES), changed: sampleIds.length, canUndo, canRedo };
  }

  #follow(sampleIds: readonly number[]): VerdictChange[] {
    const changes = this.#source.columns.followVerdicts(sampleIds);
    this.#changed(changes);
    return changes;
  }
}
