import type { Engine } from '../engine/index.ts';
import { PASSING_FILE_PROBLEMS } from '../images/index.ts';
import { TrainingImages } from '../issues/index.ts';
import { beginFeatures, chooseFeatureForm } from '../opened/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { chooseReliance, keepEarlierRun, keepFeatureStatistics } from '../tune/index.ts';
import { planScan } from './planScan.ts';
import { chooseProjectFraming, isSameFraming } from './projectFraming.ts';
import type { ScanSetup } from './scanSetup.ts';
import { startScanEngine } from './startScanEngine.ts';
import { chooseViewsByDomain, keepOneViewRun } from './viewsByDomain.ts';

/**
 * Loads a model and prepares the project for it: another model than the last one predicts everything again,
 * and so does the same one with other views or another framing. Files that could not be found or read the
 * last time are tried again.
 * @throws AppError `model-missing`, `model-invalid`, `provider-missing`, `engine-failed`
 */
export async function startScan(
  project: ProjectFile,
  folder: string,
  setup: ScanSetup,
): Promise<{ run: ModelRun; engine: Engine; trainingImages: TrainingImages }> {
  project.samples.retryUnreadable(PASSING_FILE_PROBLEMS);
  const latest = project.modelRuns.latest();
  const goesOnFrom = setup.rescan ? null : latest;
  const { model, files, views: planned } = await planScan(setup, goesOnFrom);
  const framing = await chooseProjectFraming(project, {
    folder,
    model,
    files,
    latest: goesOnFrom,
    choice: setup.framing,
    startProcess: setup.startProcess,
  });
  if (setup.reliance !== undefined) chooseReliance(project, setup.reliance);
  const form = chooseFeatureForm(project, setup.features ?? 'auto');
  const trainingImages = await TrainingImages.load(
    model.trainingListPath,
    model.metadata.trainingData.perceptualHashMaxDistance,
  );
  const engine = await startScanEngine({ files, views: planned }, setup, form !== 'off');
  try {
    const views =
      planned === 'auto' ? await chooseViewsByDomain(project, folder, engine, model, framing) : planned;
    engine.useViews(views);
    const { metadata, sha256, path } = engine.provider.used === 'cpu' ? files.cpu : files.others;
    const sameScan =
      latest?.modelSha256 === sha256 &&
      latest.views === views &&
      isSameFraming(latest.framing, framing) &&
      setup.rescan !== true;
    const run = project.transaction(() => {
      if (latest !== null && sameScan && latest.provider?.used === engine.provider.used) {
        beginFeatures(project, latest, form);
        keepFeatureStatistics(project, model);
        return latest;
      }
      if (latest !== null && !sameScan) keepEarlierRun(project, latest);
      if (!sameScan) project.samples.markAllPending();
      const begun = project.modelRuns.begin({
        modelSha256: sha256,
        modelPath: path,
        model: metadata,
        provider: engine.provider,
        views,
        framing,
      });
      if (planned === 'auto' && views === 'one') keepOneViewRun(project, begun);
      beginFeatures(project, begun, form);
      keepFeatureStatistics(project, model);
      return begun;
    });
    return { run, engine, trainingImages };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
