import { existsSync } from 'node:fs';
import { AppError } from '../../domain/errors.ts';
import type { RecognisedDataset } from '../dataset/index.ts';
import {
  type DatasetChoices,
  datasetFolder,
  defaultProjectFile,
  forgetFolder,
  readFaceChoice,
  readFollowLinks,
  readLayoutChoice,
  refuseNameless,
  refuseProjectInDataset,
  rememberFolder,
  storeChoices,
  storeNumbering,
  withLinks,
} from '../opened/index.ts';
import { hasBackup, moveProject, ProjectFile } from '../project/index.ts';
import { outdateFlags } from '../tune/index.ts';
import { notScanned } from './grefelCommand.ts';
import {
  codeStoredMetadata,
  type ImportChanges,
  type ImportProgress,
  importDataset,
} from './importDataset.ts';
import { findMovedProject, movedProjectOf } from './movedProject.ts';

export interface OpenOptions extends DatasetChoices {
  /** Project file to use instead of the folder's own. */
  projectFile?: string | undefined;
  /**
   * The project's dataset has moved here, even if its old folder still exists or had another name. False gives the
   * folder a project of its own.
   */
  relink?: boolean | undefined;
  /** The dataset's earlier folder, if the user has named it. */
  movedFrom?: string | undefined;
  /** With this many images or more, a project's list is trusted, and its folder is listed only on request. */
  trustListFrom?: number | undefined;
  /** List the folder, however many images it has. */
  relist?: boolean | undefined;
  /** Go back to the backup of a damaged project. */
  restore?: boolean | undefined;
  /** What was read to show the folder before it is opened. */
  looked?: RecognisedDataset | undefined;
  /** Called with the progress of the import. */
  onImport?: ((progress: ImportProgress) => void) | undefined;
}

export interface OpenedProject {
  project: ProjectFile;
  folder: string;
  changes: ImportChanges;
  /** The project is so large that the folder was not listed: changes are unknown. */
  listTrusted: boolean;
  /** The classes get their meaning from a different numbering than before. */
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
  refuseProjectInDataset(file, path);
  if (options.projectFile === undefined) takeMovedProject(path, file, options);
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
      ? { added: 0, changed: 0, unchanged: 0, vanished: 0, givenChanged: 0 }
      : await importDataset(project, path, {
          layout: withLinks(layout, followLinks),
          faces,
          looked: options.looked,
          onProgress: options.onImport,
        });
    if (listTrusted) await codeStoredMetadata(project);
    storeChoices(project, { layout: options.layout, faces: options.faces, followLinks: options.followLinks });
    const renumbered = storeNumbering(project, options.numbering);
    if (renumbered) outdateFlags(project);
    rememberFolder(path);
    if (before !== path) forgetFolder(before);
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

/** If a dataset was moved to a folder without a project, its project moves too, with all decisions and settings. */
function takeMovedProject(folder: string, file: string, { relink, movedFrom }: OpenOptions): void {
  if (existsSync(file)) {
    if (movedFrom === undefined || movedFrom === folder) return;
    throw new AppError(
      'bad-request',
      `${folder} has a project of its own`,
      `Open that project, or move ${file} away first.`,
    );
  }
  if (relink === false) return;
  const moved =
    movedFrom === undefined ? findMovedProject(folder, relink === true) : movedProjectOf(movedFrom, folder);
  if (moved !== null) moveProject(moved.file, file);
}

function trustsList(project: ProjectFile, options: OpenOptions): boolean {
  const { layout, relist, trustListFrom } = options;
  if ((options.faces ?? readFaceChoice(project)) !== readFaceChoice(project)) return false;
  const followed = readFollowLinks(project);
  if ((options.followLinks ?? followed) !== followed) return false;
  if (relist || layout !== undefined || trustListFrom === undefined) return false;
  return project.samples.indexed().length >= trustListFrom;
}

/** Opens a folder's project for reading as it is now, next to another process that may be writing. */
export function openProjectForReading(folder: string, projectFile?: string) {
  return openScanned(folder, projectFile, ProjectFile.openSnapshot);
}

/**
 * Opens a folder's project to add decisions, without listing the folder. @throws AppError `project-locked`
 */
export function openForVerdicts(folder: string, projectFile?: string) {
  return openScanned(folder, projectFile, ProjectFile.openForWriting);
}

function openScanned(
  folder: string,
  projectFile: string | undefined,
  open: (file: string) => ProjectFile,
): { project: ProjectFile; folder: string } {
  refuseNameless(folder);
  const path = existsSync(folder) ? datasetFolder(folder) : folder;
  const file = projectFile ?? defaultProjectFile(path);
  refuseProjectInDataset(file, path);
  if (!existsSync(file) && !hasBackup(file)) {
    throw notScanned(folder, projectFile);
  }
  const project = open(file);
  try {
    project.checkLog();
    const dataset = project.dataset.read();
    if (dataset !== null) return { project, folder: dataset.folder };
    throw notScanned(folder, projectFile, `${file} has no dataset yet`);
  } catch (error) {
    project.close();
    throw error;
  }
}
