import { z } from 'zod';
import type { SamplesTable } from './samplesTable.ts';
import type { SettingsTable } from './settingsTable.ts';
import type { VerdictsTable } from './verdictsTable.ts';

const SETTING = 'unfinished-actions';

interface Tables {
  settings: SettingsTable;
  verdicts: VerdictsTable;
  samples: SamplesTable;
}

/**
 * Actions whose verdicts are appended in several transactions, so that others can be saved in between. All of their verdicts stand
 * in the end or none: those of an action that was not finished are undone, at the latest when the project is next opened.
 */
export class UnfinishedActions {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** In the transaction that appends the action. */
  begin(actionId: number): void {
    this.#tables.settings.write(SETTING, [...this.#all(), actionId]);
  }

  /** All verdicts of these actions are there. */
  finish(actionIds: readonly number[]): void {
    this.#tables.settings.write(
      SETTING,
      this.#all().filter((id) => !actionIds.includes(id)),
    );
  }

  /**
   * Inside a transaction of the caller.
   * @param actionIds by default all that are unfinished
   * @returns whether there were any
   */
  undo(actionIds: readonly number[] = this.#all()): boolean {
    if (actionIds.length === 0) return false;
    const { verdicts, samples } = this.#tables;
    const at = new Date().toISOString();
    for (const target of actionIds.toReversed()) {
      const annotator = verdicts.annotatorOf(target);
      if (annotator === null) continue; // it went with the transaction that failed
      const undo = verdicts.appendAction({ annotator, kind: 'undo', target, at });
      verdicts.appendUndo(undo, target, at);
      samples.followVerdicts(undo);
    }
    this.finish(actionIds);
    return true;
  }

  #all(): number[] {
    return this.#tables.settings.read(SETTING, z.array(z.int())) ?? [];
  }
}
