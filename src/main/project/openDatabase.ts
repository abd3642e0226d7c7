import { mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError, errorMessage } from '../../shared/errors.ts';
import { isOlder, migrate } from './migrations.ts';

/** statfs types of file systems where WAL's shared memory does not work: NFS, SMB, CIFS, SMB2, AFS, 9P. */
const NETWORK_FILE_SYSTEMS = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x01021997]);

/** Opens (or makes) a project file and brings its schema up to date. Every connection writes through to disk. */
export function openDatabase(file: string, mode: 'write' | 'read'): Database.Database {
  try {
    if (mode === 'write') mkdirSync(dirname(file), { recursive: true });
    const database = new Database(file, {
      readonly: mode === 'read',
      fileMustExist: mode === 'read',
      timeout: 5000,
    });
    try {
      if (mode === 'read' && isOlder(database)) openDatabase(file, 'write').close(); // brings it up to date
      database.pragma('foreign_keys = ON');
      if (mode === 'write') {
        database.pragma(`journal_mode = ${isOnNetwork(file) ? 'TRUNCATE' : 'WAL'}`);
        database.pragma('synchronous = FULL');
      }
      migrate(database, file);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw asAppError(error, file);
  }
}

function isOnNetwork(file: string): boolean {
  if (process.platform === 'win32') return file.startsWith('\\\\');
  return NETWORK_FILE_SYSTEMS.has(statfsSync(dirname(file)).type);
}

/** What SQLite or the file system says of a project file, for a person. */
export function asAppError(error: unknown, file: string): unknown {
  if (error instanceof AppError) return error;
  const code = (error as { code?: string }).code ?? '';
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') {
    return new AppError(
      'project-invalid',
      `${file} is not a GReFEL project file, or it is damaged (${errorMessage(error)})`,
      'Choose another file with --project, or move this one away to begin anew.',
      { cause: error },
    );
  }
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'disk-full',
      `no space left for ${file}`,
      'Free some space and go on: nothing saved is lost.',
      {
        cause: error,
      },
    );
  }
  if (
    code === 'SQLITE_CANTOPEN' ||
    code === 'EACCES' ||
    code === 'EROFS' ||
    code === 'EPERM' ||
    code === 'ENOTDIR'
  ) {
    return new AppError(
      'project-invalid',
      `the project file ${file} cannot be opened (${errorMessage(error)})`,
      'Choose a file in a folder that you can write to, with --project.',
      { cause: error },
    );
  }
  return error;
}
