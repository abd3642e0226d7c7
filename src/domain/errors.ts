/**
 * A failure that the user can do something about.
 *
 * The command line prints it in one line, the API maps `code` to an HTTP status, the page shows the hint.
 */
export class AppError extends Error {
  readonly code: AppErrorCode;
  /** What the user can do about it, as a sentence. */
  readonly hint: string;

  constructor(code: AppErrorCode, message: string, hint = '', options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.hint = hint;
  }
}

export type AppErrorCode =
  | 'bad-request'
  | 'not-found'
  /** Too much is asked for at once. */
  | 'busy'
  | 'folder-missing'
  | 'folder-unreadable'
  | 'layout-unknown'
  /** Links lead out of the folder, and little else is in it. */
  | 'links-not-followed'
  | 'table-invalid'
  | 'model-missing'
  | 'model-invalid'
  | 'provider-missing'
  | 'engine-failed'
  | 'core-failed'
  /** The request is about a dataset that is no longer open, or about another opening of it. */
  | 'dataset-changed'
  /** Something that would be stopped by it runs. */
  | 'job-running'
  | 'project-locked'
  /** The file that is open is no longer under its name. */
  | 'project-moved'
  | 'project-newer'
  | 'project-invalid'
  /** A database that another program made. */
  | 'project-foreign'
  /** There is a backup to go back to. */
  | 'project-damaged'
  | 'nothing-scanned'
  | 'disk-full'
  | 'read-only'
  | 'no-permission'
  | 'device-failed'
  | 'too-many-files'
  | 'out-of-memory'
  | 'file-busy'
  | 'path-invalid'
  /** A fault of the program itself. */
  | 'internal'
  | 'output-refused'
  | 'interrupted';

/** The text of any thrown value, for messages. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
