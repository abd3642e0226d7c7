import Database from 'better-sqlite3';

/** What people decided, and what it is about. Without these a project is lost; all else can be made again. */
const LOG_TABLES = ['verdicts', 'actions', 'classes', 'samples'] as const;

/** Whether the log of verdicts in a file that nobody writes to can be read as it was written. */
export function isSound(file: string): boolean {
  return whatIsWrong(file) === null;
}

/** Of the log in a file, as SQLite says it; null where nothing is. */
function whatIsWrong(file: string): string | null {
  let database: Database.Database;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true });
  } catch (error) {
    return String(error);
  }
  try {
    return logDamage(database);
  } finally {
    database.close();
  }
}

/** What is wrong with the log of an open project, as SQLite says it; null where nothing is. */
export function logDamage(database: Database.Database): string | null {
  try {
    for (const table of LOG_TABLES) {
      const answer = database.pragma(`integrity_check(${table})`, { simple: true });
      if (answer !== 'ok') return String(answer);
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // so damaged that it cannot be looked at
  }
}

/** Id of the newest entry in a file's log; 0 where there is none or it cannot be read. */
export function newestAction(file: string): number {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true });
    return Number(database.prepare('SELECT coalesce(max(id), 0) FROM actions').pluck().get());
  } catch {
    return 0; // nothing in it is worth keeping
  } finally {
    database?.close();
  }
}
