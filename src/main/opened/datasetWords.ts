import { foreignWords } from '../dataset/index.ts';
import type { ProjectFile } from '../project/index.ts';

/** What is not ASCII in the names of a dataset's classes and images: it tells how a list of them is encoded. */
export function datasetWords(project: ProjectFile): Set<string> {
  return foreignWords(namesIn(project));
}

function* namesIn({ dataset, samples }: ProjectFile): Generator<string> {
  yield* dataset.classes();
  for (const { image } of samples.indexed()) yield image;
}
