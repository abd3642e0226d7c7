import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Somebody has seen the guided tour on this computer before, so that it does not begin by itself. */
export function knowTour(dataFolder: string): void {
  const file = join(dataFolder, 'preferences.json');
  if (existsSync(file)) return;
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(file, JSON.stringify({ tourDone: true }));
}

/**
 * Somebody has reviewed on this computer before, so that nobody is asked for a name at the first decision.
 */
export function giveName(dataFolder: string, name = 'ann'): void {
  const file = join(dataFolder, 'annotator.json');
  if (existsSync(file)) return;
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(file, JSON.stringify({ name }));
}
