import { readArguments } from '../arguments.ts';
import { cacheOption } from './cacheOption.ts';

/** The arguments `FER_FOLDER [--cache FOLDER]`. */
export function ferArguments(program: string): { ferFolder: string; cache: string } {
  const { values, positionals } = readArguments(
    `bench/flags/${program} FER_FOLDER [--cache FOLDER]`,
    cacheOption,
  );
  const [ferFolder] = positionals as [string];
  return { ferFolder, cache: values.cache };
}
