import { z } from 'zod';
import { PRECISION_TITLES, VIEWS_TITLES } from '../../domain/model.ts';
import type { ComparedRun, RunComparison } from '../../protocol/overview.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { changeOf, type ReviewIndex } from '../reviewIndex/index.ts';
import { fittedRunId, forgetLabelFit, readLabelFit } from './fitProject.ts';
import { squareCounts } from './predictionSummary.ts';

const SETTING = 'earlier-run';
const earlierRunSchema = z.object({
  name: z.string(),
  version: z.string(),
  how: z.string().default(''),
  keptAt: z.string(),
});

/**
 * Keeps the flags of a finished run before they are replaced by another model's, or by a fit to other labels
 * or mappings. Those of a run that was stopped halfway are not worth comparing with.
 */
export function keepEarlierRun(project: ProjectFile, run: ModelRun): void {
  const fit = readLabelFit(project);
  if (fit === null || fittedRunId(fit) !== run.id) return;
  project.transaction(() => {
    project.earlierFlags.keepPresent();
    project.settings.write(SETTING, { ...describeRun(run), keptAt: new Date().toISOString() });
    forgetLabelFit(project);
  });
}

/**
 * The differences between the current run and the one before; null if there was none, or either is hidden.
 */
export function compareRuns(
  project: ProjectFile,
  index: ReviewIndex,
  run: ModelRun | null,
  classCount: number,
): RunComparison | null {
  const before = project.settings.read(SETTING, earlierRunSchema);
  const { earlier } = index;
  if (before === null || earlier === null || run === null) return null;
  const counts = { gained: 0, lost: 0, both: 0, neither: 0 };
  const suggested = squareCounts(classCount);
  let suggestionChanged = 0;
  for (let row = 0; row < index.size; row++) {
    const change = changeOf(index, row);
    if (change === null) continue;
    counts[change.flagged]++;
    if (change.suggestion) suggestionChanged++;
    const ofBefore = suggested[earlier.suggested[row] as number];
    const now = index.suggested[row] as number;
    if (ofBefore !== undefined && now >= 0) ofBefore[now] = (ofBefore[now] ?? 0) + 1;
  }
  const { gained, lost, both, neither } = counts;
  return {
    before,
    now: describeRun(run),
    images: gained + lost + both + neither,
    gained,
    lost,
    stillFlagged: both,
    suggestionChanged,
    suggested,
  };
}

function describeRun({ model: { name, version, precision }, provider, views }: ModelRun): ComparedRun {
  return {
    name,
    version,
    how: provider === null ? '' : `${PRECISION_TITLES[precision]}, ${VIEWS_TITLES[views]}`,
  };
}
