import { statSync } from 'node:fs';
import { AppError } from '../../domain/errors.ts';
import { namesProject } from '../../domain/projectEnding.ts';
import { ProjectFile } from '../project/index.ts';

/** A dataset, and the project file to use instead of the folder's own. */
interface NamedDataset {
  folder: string;
  projectFile?: string;
}

/**
 * The dataset that a path names: its folder, or a project file of it.
 * @throws AppError as ProjectFile.openForReading; `project-invalid` for a project without a dataset
 */
export function datasetAt(path: string): NamedDataset {
  if (!namesProject(path) || statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    return { folder: path };
  const project = ProjectFile.openForReading(path);
  try {
    const folder = project.dataset.read()?.folder;
    if (folder !== undefined) return { folder, projectFile: project.path };
  } finally {
    project.close();
  }
  throw new AppError(
    'project-invalid',
    `${path} is the project of no dataset yet`,
    'Open a dataset folder instead.',
  );
}
