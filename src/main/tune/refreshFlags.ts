import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { LabelTranslator } from '../issues/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { keepEarlierRun } from './earlierRun.ts';

/** So few that whoever asks for something meanwhile does not notice. */
const FLAGS_AT_ONCE = 200;
const SETTING = 'flags-outdated';

/**
 * A label or the meaning of a class has changed since the flags were computed. Stored together with that
 * change, so that the flags are refreshed even if the process ends before that.
 */
export function outdateFlags(project: ProjectFile): void {
  project.settings.write(SETTING, true);
}

export function areFlagsOutdated(project: ProjectFile): boolean {
  return project.settings.read(SETTING, z.boolean()) ?? false;
}

/**
 * Scores every image that was scanned again, by the labels and meanings as they are now. Others get their turn between
 * a few of them, as there may be hundreds of thousands.
 */
export async function refreshFlags(
  project: ProjectFile,
  run: ModelRun,
  translator: LabelTranslator,
  signal?: AbortSignal,
): Promise<void> {
  keepEarlierRun(project, run);
  for (let last = 0; signal?.aborted !== true; await nextTurn()) {
    const page = project.flags.page(last, FLAGS_AT_ONCE);
    const end = page.at(-1);
    if (end === undefined) return project.settings.write(SETTING, false);
    last = end.sampleId;
    project.transaction(() => {
      for (const { sampleId, trainedOn } of page) {
        const sample = project.samples.byId(sampleId);
        const prediction = project.predictions.byId(sampleId, run.model);
        if (sample === null || prediction === null) continue;
        project.flags.write(run.id, translator.flag(sampleId, prediction, sample.givenClass, trainedOn));
      }
    });
  }
}
