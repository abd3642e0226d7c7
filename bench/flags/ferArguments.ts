import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../arguments.ts';

/** The arguments `FER_FOLDER [--cache FOLDER]`. */
export function ferArguments(program: string): { ferFolder: string; cache: string } {
  const { values, positionals } = readArguments(`bench/flags/${program} FER_FOLDER [--cache FOLDER]`, {
    cache: { type: 'string', default: join(tmpdir(), 'grefel-bench') },
  });
  const [ferFolder] = positionals as [string];
  return { ferFolder, cache: values.cache };
}
