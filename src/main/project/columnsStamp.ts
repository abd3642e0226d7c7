import { randomUUID } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { SettingsTable } from './settingsTable.ts';

const KEY = 'columns';
const FORGET = `BEGIN DELETE FROM settings WHERE key = '${KEY}'; END`;
/** What the columns are made of. Decisions are not in them. */
const CHANGES = {
  sample_added: 'INSERT ON samples',
  sample_changed: 'UPDATE OF ordinal, image, split, given_class, state ON samples',
  sample_removed: 'DELETE ON samples',
  flag_added: 'INSERT ON flags',
  flag_changed: 'UPDATE ON flags',
  flag_removed: 'DELETE ON flags',
};

/** Where the columns of a project's images are kept. */
const columnsOf = (projectFile: string): string => `${projectFile}.columns`;

/**
 * Names the state of a project that the file of its columns was made from. Whatever changes that state takes the stamp away in the same
 * transaction, whoever does it: triggers of the project file see to it. The file may be deleted at any time.
 */
export class ColumnsStamp {
  /** Of the columns. */
  readonly path: string;
  readonly #settings: SettingsTable;

  constructor(settings: SettingsTable, projectFile: string) {
    this.path = columnsOf(projectFile);
    this.#settings = settings;
  }

  /** Null where the present state has none. */
  read(): string | null {
    return this.#settings.read(KEY, z.string());
  }

  /** Gives the present state a new one. */
  renew(): string {
    const stamp = randomUUID();
    this.#settings.write(KEY, stamp);
    return stamp;
  }
}

/** Has changes of images and flags take the stamp away. To be called again where their tables were replaced. */
export function watchColumns(database: Database.Database): void {
  for (const [name, change] of Object.entries(CHANGES)) {
    database.exec(`CREATE TRIGGER IF NOT EXISTS columns_${name} AFTER ${change} ${FORGET}`);
  }
}

/** In a transaction that replaces tables, which no trigger sees. */
export function forgetColumns(database: Database.Database): void {
  database.prepare('DELETE FROM settings WHERE key = ?').run(KEY);
}

/** The project's file gets another name. */
export function moveColumns(from: string, to: string): void {
  if (existsSync(columnsOf(from))) renameSync(columnsOf(from), columnsOf(to));
}
