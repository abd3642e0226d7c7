import { type BigIntStats, existsSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Whether a path is a folder or in it, whatever links, spellings or mounts lead there: folders are compared by device and
 * inode, so that case-insensitive file systems and the forms of accents need no rules of their own.
 */
export function isWithin(target: string, folder: string): boolean {
  const wanted = identityOf(folder);
  return wanted !== null && ancestorsOf(target).some((ancestor) => identityOf(ancestor) === wanted);
}

/**
 * The path itself and all folders above it, links resolved; for a path that does not exist yet, the existing
 * ones above it.
 */
export function ancestorsOf(target: string): string[] {
  let path = target;
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  const ancestors: string[] = [];
  for (let real = realpathSync.native(path); ; real = dirname(real)) {
    ancestors.push(real);
    if (dirname(real) === real) return ancestors;
  }
}

/** Device and inode; null where there is no such file. */
export function identityOf(path: string): string | null {
  const facts = factsOf(path);
  return facts === null ? null : `${facts.dev}:${facts.ino}`;
}

/** Null where there is no such file. */
export function factsOf(path: string): BigIntStats | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
}
