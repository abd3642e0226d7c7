import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { hasBackup, moveProject, ProjectFile } from '../project/index.ts';
import { storeNumbering } from './classMeanings.ts';
import {
  type DatasetChoices,
  readFaceChoice,
  readFollowLinks,
  readLayoutChoice,
  storeChoices,
  withLinks,
} from './datasetChoices.ts';
import {
  codeStoredMetadata,
  type ImportChanges,
  type ImportProgress,
  importDataset,
} from './importDataset.ts';
import {
  dataFolder,
  datasetFolder,
  defaultProjectFile,
  refuseNameless,
  rememberFolder,
} from './projectLocation.ts';
import { outdateFlags } from './refreshFlags.ts';

export interface OpenOptions extends DatasetChoices {
  /** Project file to use instead of the folder's own. */
  projectFile?: string | undefined;
  /** The project's dataset has moved here although its old folder still exists. */
  relink?: boolean | undefined;
  /** Of a project with so many images the list that it has is trusted, and its folder looked through on request. */
  trustListFrom?: number | undefined;
  /** Look through the folder, however many images it has. */
  relist?: boolean | undefined;
  /** Go back to the backup of a damaged project. */
  restore?: boolean | undefined;
  /** Told of the import as it goes on. */
  onImport?: ((progress: ImportProgress) => void) | undefined;
}

export interface OpenedProject {
  project: ProjectFile;
  folder: string;
  changes: ImportChanges;
  /** The project is so large that its list was trusted: nothing is known of changes. */
  listTrusted: boolean;
  /** Classes are read by another numbering than before. */
  renumbered: boolean;
  /** Where the dataset was before, when it moved. */
  movedFrom: string | null;
}

/**
 * Opens a dataset folder for work: finds or makes its project file, takes the writer's lock, and brings the
 * list of samples up to date. A folder that was moved keeps its project.
 */
export async function openProject(folder: string, options: OpenOptions = {}): Promise<OpenedProject> {
  const path = datasetFolder(folder);
  const file = options.projectFile ?? defaultProjectFile(path);
  if (options.projectFile === undefined && !existsSync(file)) adoptMovedProject(path, file);
  const project = ProjectFile.openForWriting(file, { restore: options.restore === true });
  try {
    const before = project.dataset.read()?.folder ?? path;
    if (before !== path && existsSync(before) && !options.relink) {
      throw new AppError(
        'bad-request',
        `the project file ${file} belongs to ${before}, not to ${path}`,
        'Add --relink if the dataset has moved, or choose another project file with --project.',
      );
    }
    const layout = options.layout ?? readLayoutChoice(project);
    const faces = options.faces ?? readFaceChoice(project);
    const followLinks = options.followLinks ?? readFollowLinks(project);
    const listTrusted = before === path && trustsList(project, options);
    const changes = listTrusted
      ? { added: 0, changed: 0, unchanged: 0, vanished: 0, regiven: 0 }
      : await importDataset(project, path, withLinks(layout, followLinks), options.onImport, faces);
    if (listTrusted) await codeStoredMetadata(project);
    storeChoices(project, { layout: options.layout, faces: options.faces, followLinks: options.followLinks });
    const renumbered = storeNumbering(project, options.numbering);
    if (renumbered) outdateFlags(project);
    rememberFolder(path);
    return {
      project,
      folder: path,
      changes,
      listTrusted,
      renumbered,
      movedFrom: before === path ? null : before,
    };
  } catch (error) {
    project.close();
    throw project.explain(error);
  }
}

function trustsList(project: ProjectFile, options: OpenOptions): boolean {
  const { layout, relist, trustListFrom } = options;
  if ((options.faces ?? readFaceChoice(project)) !== readFaceChoice(project)) return false;
  const followed = readFollowLinks(project);
  if ((options.followLinks ?? followed) !== followed) return false;
  if (relist || layout !== undefined || trustListFrom === undefined) return false;
  return project.samples.indexed().length >= trustListFrom;
}

/** Opens a folder's project to read it, beside another process that may be writing. */
export function openForReading(folder: string, projectFile?: string) {
  return openScanned(folder, projectFile, ProjectFile.openForReading);
}

/** Opens a folder's project to take in verdicts, without looking at the folder. @throws AppError `project-locked` */
export function openForVerdicts(folder: string, projectFile?: string) {
  return openScanned(folder, projectFile, ProjectFile.openForWriting);
}

function openScanned(
  folder: string,
  projectFile: string | undefined,
  open: (file: string) => ProjectFile,
): { project: ProjectFile; folder: string } {
  refuseNameless(folder);
  const file = projectFile ?? defaultProjectFile(existsSync(folder) ? datasetFolder(folder) : folder);
  if (!existsSync(file) && !hasBackup(file)) {
    throw new AppError('nothing-scanned', `${folder} has not been scanned yet`, `Run: grefel scan ${folder}`);
  }
  const project = open(file);
  try {
    project.checkLog();
    const dataset = project.dataset.read();
    if (dataset !== null) return { project, folder: dataset.folder };
    throw new AppError('nothing-scanned', `${file} holds no dataset yet`, `Run: grefel scan ${folder}`);
  } catch (error) {
    project.close();
    throw error;
  }
}

/** A project whose folder is gone and whose images are here: the dataset was moved, so its project moves too. */
function adoptMovedProject(folder: string, file: string): void {
  const projects = join(dataFolder(), 'projects');
  if (!existsSync(projects)) return;
  for (const name of readdirSync(projects)) {
    if (!name.endsWith('.sqlite')) continue;
    const candidate = join(projects, name);
    if (!isMovedHere(candidate, folder)) continue;
    moveProject(candidate, file);
    return;
  }
}

/** Are the first images of a project, whose own folder is gone, found in `folder` with their sizes? */
function isMovedHere(candidate: string, folder: string): boolean {
  try {
    const project = ProjectFile.openForReading(candidate);
    try {
      const dataset = project.dataset.read();
      if (dataset === null || existsSync(dataset.folder)) return false;
      const sameParent =
        dirname(dataset.folder) === dirname(folder) || basename(dataset.folder) === basename(folder);
      let checked = 0;
      let found = 0;
      for (const { path, sizeBytes } of project.samples.all(200)) {
        if (checked++ === 200) break;
        if (statSync(join(folder, path), { throwIfNoEntry: false })?.size === sizeBytes) found++;
      }
      return sameParent && found > 0 && found >= 0.9 * Math.min(checked, 200);
    } finally {
      project.close();
    }
  } catch (error) {
    if (error instanceof AppError) return false; // damaged, newer or locked: not ours to adopt
    throw error;
  }
}
