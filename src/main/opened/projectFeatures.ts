import {
  DEFAULT_FEATURE_FORM,
  type FeatureChoice,
  type FeatureForm,
  type FeatureSummary,
  featureFormSchema,
  featureStateOf,
} from '../../domain/features.ts';
import type { ModelMetadata } from '../../domain/model.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';

const SETTING = 'features';

/** Images that are asked for in one statement. */
const AT_ONCE = 10_000;

/** What a run's features depend on: a run on another provider continues with the same file. */
export function featuresOfRun({
  model,
  modelSha256,
  views,
  framing,
}: Pick<ModelRun, 'model' | 'modelSha256' | 'views' | 'framing'>) {
  return model.featuresSize === null
    ? null
    : {
        modelSize: model.featuresSize,
        predictedBy: [modelSha256, views, framing && JSON.stringify(framing)].filter(Boolean).join(' '),
      };
}

export function readFeatureForm(project: ProjectFile): FeatureForm {
  return project.settings.read(SETTING, featureFormSchema) ?? DEFAULT_FEATURE_FORM;
}

/** `auto` is what the project was scanned with. */
export function chooseFeatureForm(project: ProjectFile, choice: FeatureChoice): FeatureForm {
  return choice === 'auto' ? readFeatureForm(project) : choice;
}

/**
 * Prepares the file of features for a scan. Images that the run predicted without features become pending
 * again; in the same transaction as the start of the scan.
 */
export function beginFeatures(
  project: ProjectFile,
  run: Pick<ModelRun, 'model' | 'modelSha256' | 'views' | 'framing'>,
  form: FeatureForm,
): void {
  if (form !== readFeatureForm(project)) project.settings.write(SETTING, form);
  const ofRun = featuresOfRun(run);
  if (form === 'off' || ofRun === null) {
    project.features.remove();
    return;
  }
  project.features.begin(ofRun);
  const ids = project.samples.readIds();
  const present = project.features.presentAmong(ids, ofRun);
  const without = ids.filter((_, place) => present[place] === 0);
  for (let from = 0; from < without.length; from += AT_ONCE) {
    project.samples.markUnread(without.slice(from, from + AT_ONCE));
  }
}

/** The stored features of a run; null for imported predictions. */
export function summariseFeatures(project: ProjectFile, run: ModelRun): FeatureSummary {
  const ofRun = featuresOfRun(run);
  const ids = project.samples.readIds();
  const present = ofRun === null ? new Uint8Array() : project.features.presentAmong(ids, ofRun);
  const count = present.reduce((sum, is) => sum + is, 0);
  return {
    state: featureStateOf(count, ids.length),
    form: readFeatureForm(project),
    offered: offersFeatures(run.model),
    present: count,
    images: ids.length,
    bytes: project.features.bytes(),
  };
}

const offersFeatures = ({ featuresSize }: ModelMetadata) => featuresSize !== null;
