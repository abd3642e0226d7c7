import type { z } from 'zod';
import type { UndoResult } from '../../shared/api.ts';
import type { bulkVerdictSchema, VerdictChange } from '../../shared/review.ts';
import type { ProjectFile } from '../project/index.ts';
import { bulkParts } from './bulkVerdicts.ts';
import type { QueueSnapshots } from './queueSnapshots.ts';
import type { ReviewColumns } from './reviewColumns.ts';
import { type Decision, type StepResult, VerdictLog } from './verdicts.ts';

/** Of a bulk step that is undone, so many images are named; a page asks for what it shows. */
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

  decide(decision: Decision): void {
    this.#log.decide(decision);
    this.#follow(decision.sampleIds);
  }

  /** One verdict on many images of a queue, undone as one step. @returns how many it is on */
  decideInQueue(queueId: string, bulk: z.output<typeof bulkVerdictSchema>): number {
    const { snapshots, columns } = this.#source;
    const ids = snapshots.idsIn(queueId, bulk.ranges);
    const { note, requestId } = bulk;
    const sampleIds = this.#log.decideAll(bulkParts(columns.index, ids, bulk), { note, requestId });
    this.#follow(sampleIds);
    return sampleIds.length;
  }

  undo(requestId?: string): UndoResult {
    return this.#step(this.#log.undo(requestId));
  }

  redo(requestId?: string): UndoResult {
    return this.#step(this.#log.redo(requestId));
  }

  #step({ sampleIds, canUndo, canRedo }: StepResult): UndoResult {
    this.#follow(sampleIds);
    return { sampleIds: sampleIds.slice(0, NAMED_IMAGES), changed: sampleIds.length, canUndo, canRedo };
  }

  #follow(sampleIds: readonly number[]): void {
    this.#changed(this.#source.columns.followVerdicts(sampleIds));
  }
}
