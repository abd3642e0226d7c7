import { z } from 'zod';
import {
  type Assignment,
  type AssignmentPlan,
  assignmentPlanSchema,
  splitImages,
} from '../../domain/assignment.ts';
import { AppError } from '../../domain/errors.ts';
import { DEFAULT_SCORE } from '../../labelQuality/scores/index.ts';
import type { ProjectFile } from '../project/index.ts';

const SETTING = 'assignment';
const storedSchema = assignmentPlanSchema.extend({
  dealtAt: z.string(),
  images: z.int(),
  shared: z.int(),
});

/**
 * Assigns the images of a project to its annotators, replacing earlier assignments. Decisions remain.
 * @throws AppError `nothing-scanned` if there is nothing to assign
 */
export function assignImages(project: ProjectFile, plan: AssignmentPlan): Assignment {
  const samples = [...imagesToAssign(project, plan.of)];
  if (samples.length === 0) {
    const hint =
      plan.of === 'flagged' ? 'Scan the dataset first, or assign all images.' : 'The dataset has no images.';
    throw new AppError('nothing-scanned', 'there is no image to assign', hint);
  }
  const { shares, shared } = splitImages(
    samples.map(({ image }) => image),
    plan,
  );
  project.transaction(() => {
    project.shares.clear();
    for (const [person, name] of plan.annotators.entries()) {
      const ids = (shares[person] ?? []).map((index) => (samples[index] as { id: number }).id);
      project.shares.add(name, ids);
    }
    const assignment = { ...plan, dealtAt: new Date().toISOString(), images: samples.length, shared };
    project.settings.write(SETTING, assignment);
  });
  return readAssignment(project) as Assignment;
}

/** Every image is anybody's again. */
export function endAssignment(project: ProjectFile): void {
  project.transaction(() => {
    project.shares.clear();
    project.settings.write(SETTING, null);
  });
}

/** The assignments, and the progress of each annotator; null if there are none. */
export function readAssignment(project: ProjectFile): Assignment | null {
  const stored = project.settings.read(SETTING, storedSchema);
  if (stored === null) return null;
  const reviewed = new Map<string, Set<number>>();
  for (const { annotator, sampleId, role } of project.verdicts.allVotes()) {
    if (role !== 'vote') continue;
    const ids = reviewed.get(annotator) ?? new Set();
    reviewed.set(annotator, ids.add(sampleId));
  }
  const shares = stored.annotators.map((annotator) => {
    const ids = project.shares.of(annotator);
    const own = reviewed.get(annotator);
    return { annotator, images: ids.length, reviewed: ids.filter((id) => own?.has(id)).length };
  });
  return { ...stored, shares };
}

function* imagesToAssign(
  project: ProjectFile,
  of: AssignmentPlan['of'],
): Generator<{ id: number; image: string }> {
  const flagged = new Set<number>();
  if (of === 'flagged') {
    for (const { sampleId, scores } of project.flags.all()) {
      if ((scores[DEFAULT_SCORE] ?? 0) >= project.flaggedAt) flagged.add(sampleId);
    }
  }
  for (const { id, image } of project.samples.indexed())
    if (of === 'all' || flagged.has(id)) yield { id, image };
}
