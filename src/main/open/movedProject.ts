import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { dataFolder, defaultProjectFile } from '../opened/index.ts';
import { ProjectFile } from '../project/index.ts';

const IMAGES_COMPARED = 200;
/** Share of the compared images that must exist with their sizes. */
const MOVED_FROM_SHARE = 0.9;
/** A project whose own folder is gone, and whose images are in another one. */
interface MovedProject {
  file: string;
  /** Where its dataset was. */
  folder: string;
}

/**
 * The project of a dataset that was moved to a folder, if there is one.
 * @param renamed also one whose folder has another name in another place
 */
export function findMovedProject(folder: string, renamed: boolean): MovedProject | null {
  const projects = join(dataFolder(), 'projects');
  if (!existsSync(projects)) return null;
  for (const name of readdirSync(projects)) {
    if (!name.endsWith('.sqlite')) continue;
    const file = join(projects, name);
    const compared = compare(file, folder);
    if (compared === null || existsSync(compared.folder)) continue;
    const { folder: before, share } = compared;
    const isNear = dirname(before) === dirname(folder) || basename(before) === basename(folder);
    if ((isNear || renamed) && share >= MOVED_FROM_SHARE) return { file, folder: before };
  }
  return null;
}

/**
 * The project of a dataset that, according to the user, has moved to a folder.
 * @param before its earlier path
 * @throws AppError `not-found` if it has none, `bad-request` if none of its images is in the folder
 */
export function movedProjectOf(before: string, folder: string): MovedProject {
  const file = defaultProjectFile(before);
  const compared = existsSync(file) ? compare(file, folder) : null;
  if (compared === null) {
    throw new AppError('not-found', `no project of ${before} was found`, 'Open the folder as a new dataset.');
  }
  if (compared.share > 0) return { file, folder: before };
  throw new AppError(
    'bad-request',
    `${folder} has none of the images of ${before}`,
    'Choose the folder where they are now.',
  );
}

/**
 * How many of a project's first images are in a folder with their sizes; null if the project cannot be read.
 */
function compare(file: string, folder: string): { folder: string; share: number } | null {
  try {
    const project = ProjectFile.openForReading(file);
    try {
      const dataset = project.dataset.read();
      if (dataset === null) return null;
      let compared = 0;
      let found = 0;
      for (const { path, sizeBytes } of project.samples.all(IMAGES_COMPARED)) {
        if (compared++ === IMAGES_COMPARED) break;
        if (statSync(join(folder, path), { throwIfNoEntry: false })?.size === sizeBytes) found++;
      }
      return { folder: dataset.folder, share: found / Math.max(1, Math.min(compared, IMAGES_COMPARED)) };
    } finally {
      project.close();
    }
  } catch (error) {
    if (error instanceof AppError) return null; // damaged, newer or locked: not ours to move
    throw error;
  }
}
