import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { preferencesSchema, type StoredPreferences } from '../../protocol/preferences.ts';
import { dataFolder } from '../opened/index.ts';
import { makeFolder } from '../project/index.ts';
import { valid } from './validation.ts';

/** A person's preferences, stored beside the projects: a browser forgets them when the port changes. */
export function preferenceRoutes() {
  return new Hono()
    .get('/', (context) => context.json(readPreferences()))
    .put('/', valid('json', preferencesSchema), (context) => {
      const preferences = context.req.valid('json');
      writePreferences(preferences);
      return context.json(preferences);
    });
}

function preferencesFile(): string {
  return join(dataFolder(), 'preferences.json');
}

/** Null if none were ever stored, so that a page keeps its own. */
function readPreferences(): StoredPreferences | null {
  try {
    return preferencesSchema.parse(JSON.parse(readFileSync(preferencesFile(), 'utf8')));
  } catch {
    return null; // a first start, or a file that was damaged: the defaults serve
  }
}

function writePreferences(preferences: StoredPreferences): void {
  const file = preferencesFile();
  makeFolder(dirname(file));
  writeFileSync(`${file}.new`, JSON.stringify(preferences, null, 2));
  renameSync(`${file}.new`, file);
}
