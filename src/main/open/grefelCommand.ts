import { AppError } from '../../domain/errors.ts';
import { defaultProjectFile } from '../opened/index.ts';
import type { ProjectFile } from '../project/index.ts';

/** A line that works when pasted into the terminal that this program was started from. */
function grefelCommand(command: string, folder: string, projectFile?: string): string {
  // npm says so in the environment: without npx there may be no such command.
  const program = process.env.npm_command === 'exec' ? 'npx grefel' : 'grefel';
  const project = projectFile === undefined ? '' : ` --project "${projectFile}"`;
  return `${program} ${command} "${folder}"${project}`;
}

/** The same for an open project; its file is named unless it is the folder's default. */
export function commandFor(command: string, folder: string, { path }: Pick<ProjectFile, 'path'>): string {
  return grefelCommand(command, folder, path === defaultProjectFile(folder) ? undefined : path);
}

/**
 * @param projectFile if the user named one
 * @param problem replaces the usual message
 */
export function notScanned(
  folder: string,
  projectFile?: string,
  problem = `${folder} has not been scanned yet`,
): AppError {
  return new AppError('nothing-scanned', problem, `Run: ${grefelCommand('scan', folder, projectFile)}`);
}
