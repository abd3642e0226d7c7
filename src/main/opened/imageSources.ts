import { join } from 'node:path';
import type { DatasetPlace, ImageRegion, ImageSource } from '../../domain/imageSource.ts';
import type { ProjectFile } from '../project/index.ts';
import { readFollowLinks } from './datasetChoices.ts';

/** The folder that a project's dataset files are read from. */
export function datasetPlace(project: ProjectFile, folder: string): DatasetPlace {
  return { folder, followsLinks: readFollowLinks(project) };
}

/** Where the picture of a sample is; its path is relative to the dataset's folder. */
export function imageSource(
  place: DatasetPlace,
  { path, region }: { path: string; region: ImageRegion | null },
): ImageSource {
  return { path: join(place.folder, path), region, place };
}
