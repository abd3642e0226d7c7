import { errorMessage } from '../../domain/errors.ts';
import { storageProblem } from '../../domain/storageFailures.ts';
import { RefusedFile } from '../files/index.ts';
import { ImageProblem } from './imageProblem.ts';

const FILE_PROBLEMS: Record<string, string> = {
  ENOENT: 'file not found',
  ENOTDIR: 'file not found',
  EACCES: 'no permission to read the file',
  EPERM: 'no permission to read the file',
  EISDIR: 'a folder, not a file',
  ELOOP: 'a link that points to itself',
  ENAMETOOLONG: 'the path is too long',
  EIO: 'the disk could not read the file',
};

/** Beginning of a problem for which there is only the system's own message. */
const OTHER_PROBLEM = 'cannot be read (';

/** Problems of files rather than of their content: they may be gone by the next scan. */
export const PASSING_FILE_PROBLEMS = {
  exact: ['file not found', 'no permission to read the file', 'the disk could not read the file'],
  beginning: OTHER_PROBLEM,
} as const;

export function isPassingFileProblem(problem: string): boolean {
  const { exact, beginning } = PASSING_FILE_PROBLEMS;
  return problem.startsWith(beginning) || exact.some((known) => known === problem);
}

/** The file system's error for an image, as its problem. */
export function explainFileError(error: unknown): ImageProblem {
  if (error instanceof ImageProblem) return error;
  if (error instanceof RefusedFile) return new ImageProblem(error.message, { cause: error });
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const other = () => `${OTHER_PROBLEM}${storageProblem(error) ?? errorMessage(error)})`;
  return new ImageProblem(FILE_PROBLEMS[code] ?? other(), { cause: error });
}
