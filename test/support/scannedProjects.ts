import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { TINY_MODELS } from './colourDataset.ts';
import { grefel } from './servedDataset.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'grefel-scanned-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const places = new Map<unknown, Promise<string>>();

/** Scans a dataset by the command line, on the tiny model. */
export function scanTiny(folder: string, data: string): void {
  grefel(['scan', folder, '--quiet', '--model', join(TINY_MODELS, 'tiny.onnx')], data);
}

/**
 * Datasets that the tests of a file share and must not change, scanned for the first of them. Each test gets a copy
 * of their projects.
 * @param key what the tests call the same datasets
 * @param data the folder for the copy
 * @param make makes the datasets in the folder `place`, and answers their folders
 */
export async function scannedOnce(
  key: unknown,
  data: string,
  make: (place: string) => Promise<readonly string[]>,
): Promise<string> {
  let place = places.get(key);
  if (place === undefined) {
    place = scanAll(make);
    places.set(key, place);
    place.catch(() => places.delete(key)); // the next try makes them again
  }
  cpSync(dataOf(await place), data, { recursive: true });
  return place;
}

async function scanAll(make: (place: string) => Promise<readonly string[]>): Promise<string> {
  const place = mkdtempSync(join(root, 'datasets-'));
  mkdirSync(dataOf(place));
  for (const folder of await make(place)) scanTiny(folder, dataOf(place));
  return place;
}

const dataOf = (place: string) => join(place, 'data');
