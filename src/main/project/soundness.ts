import Database from 'better-sqlite3';

/**
 * People's decisions, and what they are about. Without these a project is lost; everything else can be made
 * again.
 */
const LOG_TABLES = ['verdicts', 'actions', 'classes', 'samples'] as const;

/** Whether the log of decisions is intact in a file that nobody is writing. */
export function isSound(file: string): boolean {
  return whatIsWrong(file) === null;
}

/** Damage of the log in a file, as SQLite reports it; null if there is none. */
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

/** Damage of the log of an open project, as SQLite reports it; null if there is none. */
export function logDamage(database: Database.Database): string | null {
  try {
    for (const table of LOG_TABLES) {
      const answer = database.pragma(`integrity_check(${table})`, { simple: true });
      if (answer !== 'ok') return String(answer);
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // so damaged that it cannot be checked
  }
}

/** Id of the newest entry in a file's log; 0 if there is none or it cannot be read. */
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
