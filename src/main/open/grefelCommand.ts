import { AppError } from '../../domain/errors.ts';

/** A line that works when pasted into the terminal that this program was started from. */
export function grefelCommand(command: string, folder: string): string {
  // npm says so in the environment: without npx there may be no such command.
  const program = process.env.npm_command === 'exec' ? 'npx grefel' : 'grefel';
  return `${program} ${command} "${folder}"`;
}

/** @param problem said instead of the usual sentence */
export function notScanned(folder: string, problem = `${folder} has not been scanned yet`): AppError {
  return new AppError('nothing-scanned', problem, `Run: ${grefelCommand('scan', folder)}`);
}
