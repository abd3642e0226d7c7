import type { ProjectFile } from '../project/index.ts';
import { ReviewIndex } from '../reviewIndex/index.ts';
import { PairDoubts } from '../tune/index.ts';

/** A project's images, flags and own columns in memory, for a command that only reads. */
export function readReviewIndex(project: ProjectFile): ReviewIndex {
  const index = ReviewIndex.of(project.samples.indexed(), project.flags.indexed());
  index.flaggedAt = project.flaggedAt;
  index.setHeld(PairDoubts.read(project));
  index.setMetadata(project.metadataColumns.all());
  return index;
}
