import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { ancestorsOf, factsOf, identityOf, isWithin } from '../opened/index.ts';

/** Folders of datasets, absolute; nothing is ever written into them. */
type ProtectedFolders = readonly string[];

/** Most entries of a dataset that are checked for links out of it. */
const MOST_ENTRIES = 5000;

/** How the files begin that a project consists of but for its features and columns. */
const DATABASE = 'SQLite format 3\0';
/** How the names of a project's further files end. */
const BESIDE_PROJECT = /(-wal|-shm|-journal|-lock|\.features|\.columns|\.last-good)$/;

/**
 * The place of an output file.
 * @throws AppError `output-refused` for a file that exists (unless `replace`), that is in a dataset, or of a project
 */
export function checkFile(file: string, datasets: ProtectedFolders, replace: boolean): string {
  const target = resolve(file);
  refuseDatasets(target, datasets);
  if (existsSync(target)) {
    if (statSync(target).isDirectory())
      throw refusal(`${target} is a folder`, 'Give a file name in that folder.');
    if (!statSync(target).isFile())
      throw refusal(`${target} is a device, a pipe or a socket`, 'Choose a file, or - for standard output.');
    refuseProjectFiles(target);
    if (!replace) {
      throw refusal(`${target} exists`, 'Choose a new file name, or add --force to replace it.');
    }
  }
  return checkParent(target);
}

/**
 * The place of an output folder.
 * @throws AppError `output-refused` for a folder in a dataset, or one that holds something
 */
export function checkFolder(folder: string, datasets: ProtectedFolders): string {
  const target = resolve(folder);
  refuseDatasets(target, datasets);
  if (existsSync(target)) {
    if (!statSync(target).isDirectory()) {
      throw refusal(`${target} is a file, but several files will be written`, 'Give a new folder.');
    }
    if (readdirSync(target).length > 0) {
      throw refusal(`${target} is not empty`, 'Choose a new or an empty folder.');
    }
  }
  return checkParent(target);
}

function refuseProjectFiles(target: string): void {
  if (!isDatabase(target) && !isDatabase(target.replace(BESIDE_PROJECT, ''))) return;
  throw refusal(
    `${target} is a project file or belongs to one, and holds decisions`,
    'Choose another file name.',
  );
}

function isDatabase(file: string): boolean {
  if (factsOf(file)?.isFile() !== true) return false;
  const start = Buffer.alloc(DATABASE.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start);
  } finally {
    closeSync(descriptor);
  }
  return start.toString('latin1') === DATABASE;
}

function refuseDatasets(target: string, datasets: ProtectedFolders): void {
  if (!datasets.some((dataset) => isWithin(target, dataset) || isPartOf(target, dataset))) return;
  throw refusal(
    `${target} is in the dataset, which is never changed`,
    'Choose a place outside the dataset folder.',
  );
}

/** Whether the target is a hard link to a file of the dataset, or the target of a link in the dataset. */
function isPartOf(target: string, dataset: string): boolean {
  const own = new Set(ancestorsOf(target).map(identityOf));
  // A link back to a folder above the dataset does not make that a part of it.
  const above = new Set(ancestorsOf(dataset).map(identityOf));
  const isHardLink = (factsOf(target)?.nlink ?? 0n) > 1n;
  const folders = [dataset];
  let left = MOST_ENTRIES;
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of entriesOf(folder)) {
      if (left-- <= 0) return false;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isSymbolicLink() || isHardLink) {
        const identity = identityOf(path);
        if (identity !== null && own.has(identity) && !above.has(identity)) return true;
      }
    }
  }
  return false;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // a folder that cannot be listed has no link that was followed
  }
}

function checkParent(target: string): string {
  if (existsSync(dirname(target))) return target;
  throw refusal(`the folder ${dirname(target)} does not exist`, 'Create it first, or choose another.');
}

function refusal(message: string, hint: string): AppError {
  return new AppError('output-refused', message, hint);
}
