import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';

/** better-sqlite3's class, whose methods every connection shares. */
const Database = createRequire(import.meta.url)('better-sqlite3') as {
  new (file: string): { prepare(sql: string): object };
  prototype: Record<string, (...inputs: unknown[]) => unknown>;
  SqliteError: new (message: string, code: string) => Error;
};

/** What statements inherit from, also those that were prepared before. */
const statements: object = Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1'));

/** Failures of the file system and of SQLite that calls are made to meet. */
export const SYSTEM_CODES = [
  'EROFS',
  'EACCES',
  'ENOSPC',
  'EIO',
  'EMFILE',
  'ENOENT',
  'EBUSY',
  'ENODEV',
  'EDQUOT',
];
export const SQLITE_CODES = [
  'SQLITE_FULL',
  'SQLITE_READONLY',
  'SQLITE_CORRUPT',
  'SQLITE_BUSY',
  'SQLITE_IOERR_READ',
  'SQLITE_CANTOPEN',
  'SQLITE_NOTADB',
  'SQLITE_READONLY_DBMOVED',
  'SQLITE_IOERR_WRITE',
];

/** Calls of node:fs that name a path first. */
const FILE_CALLS = [
  'openSync',
  'readFileSync',
  'writeFileSync',
  'appendFileSync',
  'mkdirSync',
  'mkdtempSync',
  'renameSync',
  'copyFileSync',
  'readdirSync',
  'realpathSync',
  'statfsSync',
  'accessSync',
  'open',
] as const;
const PROMISE_CALLS = [
  'open',
  'readFile',
  'stat',
  'readdir',
  'opendir',
  'mkdir',
  'rename',
  'copyFile',
] as const;
const STATEMENT_CALLS = ['run', 'get', 'all', 'iterate'] as const;
const DATABASE_CALLS = ['exec', 'pragma'] as const;

/** Which call is to fail, counted from 1 among those that are about files under a folder or a database, and how. */
export interface Injection {
  at: number;
  code: string;
}

type Func = (...inputs: unknown[]) => unknown;

/**
 * Makes the file system and SQLite count their calls, and one of them fail, while `work` runs.
 * @param root only calls about files below it, or below one of several, count
 * @returns the names of the calls that were made, in their order
 */
export async function withFailingStorage(
  root: string | readonly string[],
  injection: Injection | null,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const calls: string[] = [];
  const undo: (() => void)[] = [];
  const countsTo = (name: string): boolean => {
    calls.push(name);
    return calls.length === injection?.at;
  };
  const roots = typeof root === 'string' ? [root] : root;
  const isOurs = (path: unknown) =>
    (typeof path === 'string' || Buffer.isBuffer(path)) &&
    roots.some((folder) => resolve(path.toString()).startsWith(folder));
  const replace = (target: object, name: string, make: (original: Func) => Func) => {
    const holder = target as Record<string, Func>;
    const original = holder[name] as Func;
    // Properties of a function, such as `realpathSync.native`, are kept.
    holder[name] = Object.assign(make(original), original);
    undo.push(() => {
      holder[name] = original;
    });
  };
  const code = injection?.code ?? '';
  const systemError = (name: string, path: unknown) =>
    Object.assign(new Error(`${code}: injected, ${name} '${path}'`), { code, syscall: name, path });
  // SQLite's own codes come from its calls only, those of the system from the file system's only.
  const isSqlite = code.startsWith('SQLITE_');

  for (const name of FILE_CALLS) {
    replace(
      fs,
      name,
      (original) =>
        function call(this: unknown, ...inputs: unknown[]) {
          if (!isOurs(inputs[0]) || isSqlite || !countsTo(`fs.${name}`)) return original.apply(this, inputs);
          const error = systemError(name.replace('Sync', ''), inputs[0]);
          const callback = inputs.at(-1);
          if (name === 'open' && typeof callback === 'function')
            return void process.nextTick(callback as Func, error);
          throw error;
        },
    );
  }
  for (const name of PROMISE_CALLS) {
    replace(
      fs.promises,
      name,
      (original) =>
        function call(this: unknown, ...inputs: unknown[]) {
          if (!isOurs(inputs[0]) || isSqlite || !countsTo(`fs.promises.${name}`))
            return original.apply(this, inputs);
          return Promise.reject(systemError(name, inputs[0]));
        },
    );
  }
  const sqlError = () => new Database.SqliteError('injected', code);
  const counted = (name: string, original: Func): Func =>
    function call(this: unknown, ...inputs: unknown[]) {
      if ((isSqlite || injection === null) && countsTo(name)) throw sqlError();
      return original.apply(this, inputs);
    };
  for (const name of DATABASE_CALLS)
    replace(Database.prototype, name, (original) => counted(`sqlite.${name}`, original));
  for (const name of STATEMENT_CALLS)
    replace(statements, name, (original) => counted(`sqlite.${name}`, original));
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    for (const back of undo.reverse()) back();
    syncBuiltinESMExports();
  }
  return calls;
}
