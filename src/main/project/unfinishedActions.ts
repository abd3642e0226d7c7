import { z } from 'zod';
import type { CurrentVerdicts } from './currentVerdicts.ts';
import type { SettingsTable } from './settingsTable.ts';
import type { VerdictsTable } from './verdictsTable.ts';

const SETTING = 'unfinished-actions';
const TAKEN_BACK = 'taken-back-actions';

interface Tables {
  settings: SettingsTable;
  verdicts: VerdictsTable;
  currentVerdicts: CurrentVerdicts;
}

/**
 * Actions whose verdicts are appended in several transactions, so that others can be saved in between. Either all of their
 * verdicts count or none: those of an action that was not finished are undone, at the latest when the project is next opened. What was decided
 * on the same images meanwhile stays.
 */
export class UnfinishedActions {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  get isEmpty(): boolean {
    return this.#read(SETTING).length === 0;
  }

  /** Actions that were undone because they were not finished: nobody can redo them. */
  takenBack(): Set<number> {
    return new Set(this.#read(TAKEN_BACK));
  }

  /** In the transaction that appends the action. */
  begin(actionId: number): void {
    this.#tables.settings.write(SETTING, [...this.#read(SETTING), actionId]);
  }

  /** All verdicts of these actions are there. */
  finish(actionIds: readonly number[]): void {
    this.#tables.settings.write(
      SETTING,
      this.#read(SETTING).filter((id) => !actionIds.includes(id)),
    );
  }

  /**
   * Inside a transaction of the caller.
   * @param actionIds by default all that are unfinished
   * @returns whether there were any
   */
  undo(actionIds: readonly number[] = this.#read(SETTING)): boolean {
    if (actionIds.length === 0) return false;
    const { verdicts, currentVerdicts } = this.#tables;
    const at = new Date().toISOString();
    // Others went with the transaction that failed.
    const there = actionIds.flatMap((id) => {
      const annotator = verdicts.annotatorOf(id);
      return annotator === null ? [] : [{ id, annotator }];
    });
    const takenBack = [...this.takenBack(), ...there.map(({ id }) => id)];
    for (const { id: target, annotator } of there.toReversed()) {
      const undo = verdicts.appendAction({ annotator, kind: 'undo', target, at });
      verdicts.appendTakingBack(undo, target, at, takenBack);
      currentVerdicts.follow(undo);
    }
    this.finish(actionIds);
    this.#tables.settings.write(TAKEN_BACK, takenBack);
    return true;
  }

  #read(setting: string): number[] {
    return this.#tables.settings.read(setting, z.array(z.int())) ?? [];
  }
}
