import type { LabelReader } from '../flags/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { keepEarlierRun } from './earlierRun.ts';

/** Scores every image that was read anew, because a label or what a class means to the model has changed. */
export function refreshFlags(project: ProjectFile, run: ModelRun, reader: LabelReader): void {
  keepEarlierRun(project, run);
  project.transaction(() => {
    for (const flag of [...project.flags.all()]) {
      const sample = project.samples.byId(flag.sampleId);
      const reading = project.readings.byId(flag.sampleId, run.model);
      if (sample === null || reading === null) continue;
      project.flags.write(run.id, reader.flag(sample.id, reading, sample.givenClass, flag.trainedOn));
    }
  });
}
