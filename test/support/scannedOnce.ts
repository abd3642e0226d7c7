import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'grefel-scanned-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const places = new Map<unknown, Promise<string>>();

/**
 * Scanned datasets that the tests of a file share and must not change, made for the first of them. Each test gets a
 * copy of their projects.
 * @param key what the tests call the same datasets
 * @param data folder for the copy
 * @param scan makes the datasets in the folder `place`, and scans them with this data folder
 * @returns `place`
 */
export async function scannedOnce(
  key: unknown,
  data: string,
  scan: (place: string, data: string) => Promise<void>,
): Promise<string> {
  let place = places.get(key);
  if (place === undefined) {
    place = scanIn(mkdtempSync(join(root, 'datasets-')), scan);
    places.set(key, place);
    place.catch(() => places.delete(key)); // the next test tries again
  }
  cpSync(dataOf(await place), data, { recursive: true });
  return place;
}

async function scanIn(place: string, scan: (place: string, data: string) => Promise<void>): Promise<string> {
  mkdirSync(dataOf(place));
  await scan(place, dataOf(place));
  return place;
}

const dataOf = (place: string) => join(place, 'data');
