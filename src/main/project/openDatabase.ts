import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { watchColumns } from './columnsStamp.ts';
import { explainProjectError } from './explainProjectError.ts';
import { makeFolder, refuseSecondName } from './filePlace.ts';
import { addScoreColumns } from './flagsTable.ts';
import { isOlder, migrate, ownVersion } from './migrations.ts';

/** statfs types of file systems where WAL's shared memory does not work: NFS, SMB, CIFS, SMB2, AFS, 9P. */
const NETWORK_FILE_SYSTEMS = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x01021997]);
const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens a project file for writing, creating it if there is none, and updates its schema: its caller holds
 * the writer's lock. Every connection writes through to disk.
 * @throws AppError as explainProjectError says it
 */
export function openForWriting(file: string): Database.Database {
  return opening(file, () => {
    refuseSecondName(file);
    const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    return orClosed(database, () => {
      ownVersion(database, file); // before anything in it is changed
      database.pragma('foreign_keys = ON');
      database.pragma(`journal_mode = ${isOnNetwork(file) ? 'TRUNCATE' : 'WAL'}`);
      database.pragma('synchronous = FULL');
      migrate(database, file);
      addScoreColumns(database);
      watchColumns(database);
    });
  });
}

/**
 * Creates the folder of a project file, and refuses a file of another program before anything is written next
 * to it.
 */
export function prepareForWriting(file: string): void {
  opening(file, () => {
    makeFolder(dirname(file));
    if (!existsSync(file)) return;
    refuseSecondName(file);
    const database = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    try {
      ownVersion(database, file);
    } finally {
      database.close();
    }
  });
}

/** Opens a file of any version, without changing it. */
export function openReadOnly(file: string): Database.Database {
  return opening(file, () => {
    const database = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    return orClosed(database, () => {
      database.pragma('foreign_keys = ON');
      isOlder(database); // the first read: a file in a folder without write permission fails here
    });
  });
}

function opening<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw explainProjectError(error, file);
  }
}

function orClosed(database: Database.Database, prepare: () => void): Database.Database {
  try {
    prepare();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function isOnNetwork(file: string): boolean {
  if (process.platform === 'win32') return file.startsWith('\\\\');
  return NETWORK_FILE_SYSTEMS.has(statfsSync(dirname(file)).type);
}
