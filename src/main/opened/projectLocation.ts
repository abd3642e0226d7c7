import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { makeFolder, realName } from '../project/index.ts';
import { isWithin } from './containment.ts';

const MAX_RECENT = 12;

/** The user's data folder: project files and the list of recent folders. GREFEL_DATA_DIR overrides it. */
export function dataFolder(): string {
  return process.env.GREFEL_DATA_DIR ?? envPaths('grefel-relabel', { suffix: '' }).data;
}

/** The real path of a dataset folder. @throws AppError `folder-missing` */
export function datasetFolder(folder: string): string {
  refuseNameless(folder);
  const path = resolve(folder);
  if (!existsSync(path)) {
    throw new AppError(
      'folder-missing',
      `${path} does not exist`,
      'Check the path, and that its drive is connected.',
    );
  }
  if (!statSync(path).isDirectory()) {
    throw new AppError(
      'folder-missing',
      `${path} is a file, not a folder`,
      'Choose the folder with the images, or with the table and the images.',
    );
  }
  return realpathSync(path);
}

/** An empty name comes from a shell variable that was not set; it would mean the current folder. */
export function refuseNameless(folder: string): void {
  if (folder.trim() !== '') return;
  throw new AppError('folder-missing', 'no folder was given', 'Give the path of the dataset folder.');
}

/** Where the project of a dataset folder is kept, unless the user names a file: one per folder. */
export function defaultProjectFile(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  return join(dataFolder(), 'projects', `${basename(folder)}-${hash}.sqlite`);
}

/**
 * Refuses a project file in its dataset, which is never changed. The user's own data folder is no part of a dataset around it, such as
 * their home.
 * @throws AppError `output-refused`
 */
export function refuseProjectInDataset(file: string, folder: string): void {
  const place = placeOf(file);
  if (place === null || !isWithin(place, folder)) return;
  const isOwn = process.env.GREFEL_DATA_DIR === undefined && isBelow(place, placeOf(dataFolder()));
  if (isOwn) return;
  const what = existsSync(place) ? 'is' : 'would be';
  throw new AppError(
    'output-refused',
    `the project file ${place} ${what} in the dataset ${folder}, which is never changed`,
    existsSync(place)
      ? 'Move it out of the dataset, with all files that begin with its name, and name its new place with --project.'
      : 'Name a place outside the dataset folder with --project, or with GREFEL_DATA_DIR for all projects.',
  );
}

/** For a folder that need not be there. */
function isBelow(place: string, folder: string | null): boolean {
  return folder !== null && place.startsWith(folder + sep);
}

/** Null for a path that leads nowhere: whoever opens it says why. */
function placeOf(file: string): string | null {
  try {
    return realName(file);
  } catch {
    return null;
  }
}

/** Notes of outputs that are being written: see removeStalePartials. */
export function partialsFolder(): string {
  return join(dataFolder(), 'partial-outputs');
}

/** Folders around a path that are datasets with a project, or that were opened before. */
export function datasetsAround(path: string): string[] {
  const above: string[] = [];
  let place = resolve(path);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  for (let folder = realpathSync(place); dirname(folder) !== folder; folder = dirname(folder)) {
    if (existsSync(defaultProjectFile(folder))) above.push(folder);
  }
  return [...above, ...knownFolders().filter((folder) => existsSync(folder))];
}

/** Folders opened before, newest first, also those that are gone: their drive may come back. */
export function knownFolders(): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(readFileSync(recentFile(), 'utf8')));
  } catch {
    return []; // a first start, or a file that another program damaged: the list is only a convenience
  }
}

/** Folders opened before that are there, newest first. */
export function recentFolders(): string[] {
  return knownFolders().filter((folder) => existsSync(folder));
}

/** A convenience: the folder is open, whether or not the list can be written. */
export function rememberFolder(folder: string): void {
  try {
    writeKnown([folder, ...knownFolders().filter((known) => known !== folder)]);
  } catch {
    // A full disk or a data folder without write permission is reported at the first decision.
  }
}

/** Takes a folder off the list; its project stays. */
export function forgetFolder(folder: string): void {
  writeKnown(knownFolders().filter((known) => known !== folder));
}

function writeKnown(folders: string[]): void {
  makeFolder(dataFolder());
  writeFileSync(recentFile(), JSON.stringify(folders.slice(0, MAX_RECENT)));
}

function recentFile(): string {
  return join(dataFolder(), 'recent.json');
}
