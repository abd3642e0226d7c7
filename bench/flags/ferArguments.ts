import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** The arguments `FER_FOLDER [--cache FOLDER]`; ends the program with its usage where the folder is missing. */
export function ferArguments(program: string): { ferFolder: string; cache: string } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { cache: { type: 'string', default: join(tmpdir(), 'grefel-bench') } },
  });
  const [ferFolder] = positionals;
  if (ferFolder !== undefined) return { ferFolder, cache: values.cache };
  console.error(`usage: node bench/flags/${program} FER_FOLDER [--cache FOLDER]`);
  process.exit(2);
}
