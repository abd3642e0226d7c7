import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../domain/errors.ts';

/**
 * The file of one of the application's programs: next to the module that starts it, in the sources or in the
 * built application.
 * @param beside the module's import.meta.url
 * @param title of the program, as in "The engine's program"
 * @throws AppError `engine-failed` if it was not built
 */
export function programEntry(
  beside: string,
  { source, built, title }: { source: string; built: string; title: string },
): string {
  const candidates = [`./${source}`, `./${built}`, `../${built}`].map((name) =>
    fileURLToPath(new URL(name, beside)),
  );
  const entry = candidates.find((candidate) => existsSync(candidate));
  if (entry) return entry;
  throw new AppError('engine-failed', `${title} is missing: ${candidates[1]}`, 'Run `npm run build`.');
}
