import type { z } from 'zod';
import type { VerdictRole } from '../../domain/verdicts.ts';
import type { UndoneImages } from '../../protocol/api.ts';
import type { bulkVerdictSchema, ReviewedChoice, VerdictChange } from '../../protocol/review.ts';
import type { ProjectFile } from '../project/index.ts';
import { bulkParts } from './bulkVerdicts.ts';
import type { QueueSnapshots } from './queueSnapshots.ts';
import type { ReviewColumns } from './reviewColumns.ts';
import { isReviewedInRole } from './reviewed.ts';
import { type DecisionPart, type NewDecision, VerdictLog } from './verdicts.ts';

/** Most images that a step names; beyond that a page asks for what it shows. */
const NAMED_IMAGES = 200;

interface DecisionSource {
  project: ProjectFile;
  columns: ReviewColumns;
  snapshots: QueueSnapshots;
  annotator: string;
}

/** The result of a bulk decision. */
export interface DecidedMany {
  /** How many images it is on. */
  changed: number;
  /** How many it left as they are, because they were reviewed before. */
  skipped: number;
}

/** One annotator's decisions, on single images and on many, and their undo: in the log and in the columns. */
export class AnnotatorDecisions {
  readonly #source: DecisionSource;
  readonly #log: VerdictLog;
  readonly #changed: (changes: VerdictChange[]) => void;

  constructor(source: DecisionSource, changed: (changes: VerdictChange[]) => void) {
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

  /**
   * @param reviewed by default one image is decided again, and of several those that were reviewed are
   *   skipped
   * @returns the resulting labels of the images, or of the first ones if there are very many, and how many
   *   were skipped
   */
  decide(
    decision: NewDecision,
    reviewed: ReviewedChoice = decision.sampleIds.length > 1 ? 'skip' : 'replace',
  ): { changes: VerdictChange[]; skipped: number } {
    const { sampleIds, verdict, label, ...facts } = decision;
    const open = this.#openAmong(sampleIds, reviewed, facts.role);
    this.#log.decideAll(this.#inTheirRoles([{ sampleIds: open, verdict, label }], facts.role), facts);
    const changes = this.#follow(sampleIds).slice(0, NAMED_IMAGES);
    return { changes, skipped: sampleIds.length - open.length };
  }

  /** One verdict on many images of a queue, undone as one step. */
  decideInQueue(queueId: string, bulk: z.output<typeof bulkVerdictSchema>): DecidedMany {
    const { snapshots, columns } = this.#source;
    const ids = snapshots.idsIn(queueId, bulk.ranges);
    const { note, requestId, role } = bulk;
    if (this.#log.isRepeated(requestId)) return { changed: 0, skipped: 0 };
    const open = this.#openAmong(ids, bulk.reviewed, role);
    const parts = this.#inTheirRoles(bulkParts(columns.index, open, bulk), role);
    const sampleIds = this.#log.decideAll(parts, { note, requestId, role });
    this.#follow(sampleIds);
    return { changed: sampleIds.length, skipped: ids.length - open.length };
  }

  undo(requestId?: string): UndoneImages {
    return this.#step(this.#log.undo(requestId));
  }

  redo(requestId?: string): UndoneImages {
    return this.#step(this.#log.redo(requestId));
  }

  /** The images that a verdict may be on. Those that are not in the index are for the log to refuse. */
  #openAmong(
    sampleIds: readonly number[],
    reviewed: ReviewedChoice,
    role: VerdictRole = 'vote',
  ): readonly number[] {
    if (reviewed === 'replace') return sampleIds;
    const { index } = this.#source.columns;
    return sampleIds.filter((id) => {
      const row = index.rowOf(id);
      return row === undefined || !isReviewedInRole(index, row, role);
    });
  }

  /** A vote on an image that the round asks again is a repeat: the earlier vote is kept next to it. */
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

  #step(sampleIds: readonly number[]): UndoneImages {
    this.#follow(sampleIds);
    return { sampleIds: sampleIds.slice(0, NAMED_IMAGES), changed: sampleIds.length };
  }

  #follow(sampleIds: readonly number[]): VerdictChange[] {
    const changes = this.#source.columns.followVerdicts(sampleIds);
    this.#changed(changes);
    return changes;
  }
}
