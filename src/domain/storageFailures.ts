import { AppError, type AppErrorCode, errorMessage } from './errors.ts';

/** The kind of failure behind a system or SQLite error code, and its message. */
interface StorageFailure {
  code: AppErrorCode;
  /** @param path the file or folder it happened to */
  describe(path: string): string;
  hint: string;
  /** The drive or the machine failed, not this one file: others fail like it. */
  isOfPlace: boolean;
  codes: readonly string[];
}

const SAFE = 'Everything saved so far is safe.';

/**
 * Every known error code of the file system and SQLite. SQLite's extended codes begin with their first two
 * words.
 */
const failures: readonly StorageFailure[] = [
  {
    code: 'disk-full',
    describe: (path) => `no space is left on the disk for ${path}`,
    hint: `Free some space and try again. ${SAFE}`,
    isOfPlace: true,
    codes: ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'],
  },
  {
    code: 'read-only',
    describe: (path) => `${path} is read-only`,
    hint: 'Choose a place that you can write to (a project file with --project, the data folder with GREFEL_DATA_DIR), or make this one writable.',
    isOfPlace: true,
    codes: ['EROFS', 'SQLITE_READONLY'],
  },
  {
    code: 'no-permission',
    describe: (path) => `there is no permission to use ${path}`,
    hint: 'Check who may read and write the file and the folders above it.',
    isOfPlace: false,
    codes: ['EACCES', 'EPERM', 'SQLITE_PERM', 'SQLITE_AUTH'],
  },
  {
    code: 'device-failed',
    describe: (path) => `the drive failed or was disconnected while ${path} was in use`,
    hint: `Check the drive or the network and try again. ${SAFE}`,
    isOfPlace: true,
    codes: [
      'EIO',
      'ENXIO',
      'ENODEV',
      'ENOMEDIUM',
      'EREMOTEIO',
      'ESTALE',
      'ENOTCONN',
      'ETIMEDOUT',
      'EHOSTDOWN',
      'EHOSTUNREACH',
      'ENETDOWN',
      'ENETUNREACH',
      'ECONNRESET',
      'ECONNABORTED',
      'ENOLINK',
      'ESHUTDOWN',
      'EUCLEAN',
      'UNKNOWN',
      'SQLITE_IOERR',
    ],
  },
  {
    code: 'too-many-files',
    describe: (path) => `${path} could not be opened: too many files are open on this computer`,
    hint: 'Close other programs, or raise the limit of open files (ulimit -n), and try again.',
    isOfPlace: true,
    codes: ['EMFILE', 'ENFILE'],
  },
  {
    code: 'out-of-memory',
    describe: (path) => `there was not enough memory to use ${path}`,
    hint: `Close other programs and try again. ${SAFE}`,
    isOfPlace: true,
    codes: ['ENOMEM', 'ERR_MEMORY_ALLOCATION_FAILED', 'SQLITE_NOMEM'],
  },
  {
    code: 'file-busy',
    describe: (path) => `another program is using ${path}`,
    hint: 'Close that program and try again.',
    isOfPlace: false,
    codes: ['EBUSY', 'ETXTBSY', 'EAGAIN', 'EDEADLK', 'ENOLCK'],
  },
  {
    code: 'project-locked',
    describe: (path) => `${path} is in use by another program`,
    hint: 'Close that one first, or give this one a project file of its own with --project.',
    isOfPlace: false,
    codes: ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_PROTOCOL'],
  },
  {
    code: 'not-found',
    describe: (path) => `${path} was not found`,
    hint: 'Check the path, and that its drive is connected.',
    isOfPlace: false,
    codes: ['ENOENT'],
  },
  {
    code: 'path-invalid',
    describe: (path) => `${path} is not the kind of file or folder that is needed here`,
    hint: 'Check the path.',
    isOfPlace: false,
    codes: [
      'ENOTDIR',
      'EISDIR',
      'ELOOP',
      'ENAMETOOLONG',
      'EEXIST',
      'ENOTEMPTY',
      'EINVAL',
      'EILSEQ',
      'ESPIPE',
    ],
  },
  {
    code: 'path-invalid',
    describe: (path) => `the file system of ${path} cannot do this`,
    hint: 'Choose a place on another drive.',
    isOfPlace: false,
    codes: [
      'EXDEV',
      'EMLINK',
      'EFBIG',
      'EOVERFLOW',
      'ENOTSUP',
      'EOPNOTSUPP',
      'ENOSYS',
      'SQLITE_NOLFS',
      'SQLITE_TOOBIG',
    ],
  },
  {
    code: 'project-invalid',
    describe: (path) => `${path} is not a GReFEL project file, or it is damaged`,
    hint: 'Choose another file with --project, or move this one away to start again.',
    isOfPlace: false,
    codes: [
      'SQLITE_CORRUPT',
      'SQLITE_NOTADB',
      'SQLITE_FORMAT',
      'SQLITE_ERROR',
      'SQLITE_SCHEMA',
      'SQLITE_MISMATCH',
      'SQLITE_CONSTRAINT',
      'SQLITE_RANGE',
      'SQLITE_EMPTY',
    ],
  },
  {
    code: 'project-invalid',
    describe: (path) => `the project file ${path} cannot be opened`,
    hint: 'Check who may read and write it and its folder, or choose another file with --project.',
    isOfPlace: false,
    codes: ['SQLITE_CANTOPEN'],
  },
  {
    code: 'interrupted',
    describe: (path) => `work on ${path} was interrupted`,
    hint: 'Try again.',
    isOfPlace: false,
    codes: ['EINTR', 'ECANCELED', 'SQLITE_INTERRUPT', 'SQLITE_ABORT'],
  },
];

const byCode = new Map(failures.flatMap((failure) => failure.codes.map((code) => [code, failure] as const)));

/**
 * Errors that may be gone at the next try, once someone has freed space, connected the drive or closed
 * another program.
 */
export const MAY_PASS: ReadonlySet<string> = new Set(
  failures.flatMap(({ code, isOfPlace }) =>
    isOfPlace || code === 'no-permission' || code === 'file-busy' ? [code] : [],
  ),
);

/**
 * Explains an error of the file system or SQLite to a person: the only place with texts for their codes.
 * @param path what it happened to, if the error does not name it
 * @returns null for any other error
 */
export function explainStorageError(error: unknown, path?: string): AppError | null {
  const failure = failureOf(error);
  if (failure === null) return null;
  const { path: ownPath, dest, syscall } = error as NodeJS.ErrnoException & { dest?: string };
  // A missing file that should be renamed or copied is named first; in all other cases the target failed.
  const named = dest !== undefined && codeOf(error) !== 'ENOENT' ? dest : ownPath;
  const what = failure.describe(path ?? named ?? 'a file');
  const cause = syscall === undefined ? errorMessage(error) : `${codeOf(error)} in ${syscall}`;
  return new AppError(failure.code, `${what} (${cause})`, failure.hint, { cause: error });
}

/** What happened to a file, without its path: for a problem of an image that is shown beside its name. Null for any other error. */
export function storageProblem(error: unknown): string | null {
  const failure = failureOf(error);
  return failure === null ? null : `${failure.describe('the file')}; ${codeOf(error)}`;
}

/** Whether a system error code means that the drive or the machine failed rather than one file. */
export function isFailureOfPlace(code: string): boolean {
  return byCode.get(code)?.isOfPlace === true;
}

function failureOf(error: unknown): StorageFailure | null {
  const code = codeOf(error);
  return byCode.get(code) ?? byCode.get(code.split('_').slice(0, 2).join('_')) ?? null;
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
