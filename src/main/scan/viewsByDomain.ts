import { z } from 'zod';
import type { Framing } from '../../domain/framing/framing.ts';
import { DEFAULT_VIEWS, type ImageViews } from '../../domain/model.ts';
import { DomainShift, outOfDomain } from '../../labelQuality/domainShift.ts';
import type { Engine, ModelFile } from '../engine/index.ts';
import { datasetPlace, imageSource } from '../opened/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { featureStatisticsOf } from '../tune/index.ts';

/** Images that are compared with the model's training images. */
const IMAGES_TO_COMPARE = 100;
/** In fewer images a second view takes seconds. */
const FEWEST_FOR_ONE_VIEW = 1000;

/**
 * The views that pay for a dataset's faces, by a few of them: one if they differ from those that the model
 * was trained on, where the second view hardly helps to find wrong labels; else the default
 * (bench/flags/README.md). Without statistics of the model's features nothing can tell, and it is the default.
 * @param engine gives features
 */
export async function chooseViewsByDomain(
  project: ProjectFile,
  folder: string,
  engine: Engine,
  model: Pick<ModelFile, 'featureStatistics' | 'metadata'>,
  framing: Framing | null,
): Promise<ImageViews> {
  const { read, pending } = project.samples.counts();
  const statistics = featureStatisticsOf(model);
  if (statistics === null || read + pending < FEWEST_FOR_ONE_VIEW) return DEFAULT_VIEWS;
  const place = datasetPlace(project, folder);
  const items = project.samples
    .spread(IMAGES_TO_COMPARE)
    .map((sample) => ({ id: sample.id, ...imageSource(place, sample), framing }));
  const shift = new DomainShift(statistics);
  engine.useViews('one');
  for (let from = 0; from < items.length; from += engine.batchSize) {
    for (const result of await engine.infer(items.slice(from, from + engine.batchSize))) {
      if (result.ok && result.outputs.features !== null) shift.add(result.outputs.features);
    }
  }
  return outOfDomain(shift.length ?? 0) === 1 ? 'one' : DEFAULT_VIEWS;
}

const SETTING = 'one-view-run';

/** This run predicts one view of each image because the faces are of another domain. */
export function keepOneViewRun(project: ProjectFile, { id }: Pick<ModelRun, 'id'>): void {
  project.settings.write(SETTING, id);
}

/** Whether a run predicts one view of each image for that reason, rather than because the user asked for it. */
export function isOneViewByDomain(project: ProjectFile, { id }: Pick<ModelRun, 'id'>): boolean {
  return project.settings.read(SETTING, z.int()) === id;
}
