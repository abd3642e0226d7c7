import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type CoreSettings, coreSettingsSchema } from '../core/messages.ts';

export interface StartArguments {
  /** Absolute; the dataset folder to open, or a project file. */
  folder: string | null;
  settings: CoreSettings;
}

/**
 * The arguments of the command line: `[FOLDER|FILE.grefel] [--model NAME|FILE] [--provider NAME] [--precision NAME]
 * [--views NAME] [--threads N] [--last]`. Other options are Chromium's.
 *
 * @param args without the program; in development the application's folder comes first
 * @throws ZodError for an invalid value
 */
export function readStartArguments(
  args: readonly string[],
  workingFolder: string,
  isPackaged: boolean,
): StartArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      model: { type: 'string' },
      provider: { type: 'string' },
      precision: { type: 'string' },
      views: { type: 'string' },
      threads: { type: 'string' },
      last: { type: 'boolean' },
    },
  });
  const { model, provider = 'auto', precision, views, threads, last } = values;
  const [folder] = isPackaged ? positionals : positionals.slice(1);
  return {
    folder: folder === undefined ? null : resolve(workingFolder, pathOf(folder)),
    settings: coreSettingsSchema.parse({
      model,
      provider,
      precision,
      views,
      threads: threads === undefined ? undefined : Number(threads),
      offersLast: last === true && folder === undefined,
    }),
  };
}

/** File managers of Linux name a file by its address. */
const pathOf = (named: string): string => (named.startsWith('file:') ? fileURLToPath(named) : named);
