import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import type { ModelMetadata } from '../../domain/model.ts';
import type { PredictionReport } from '../../protocol/predictions.ts';
import { openScannedShards, type ScannedShards } from '../dataset/index.ts';
import { listModels, type ModelFile } from '../engine/index.ts';
import { TrainingImages } from '../issues/index.ts';
import { featuresOfRun, readFeatureForm, translatorOf } from '../opened/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { keepEarlierRun, keepFeatureStatistics } from '../tune/index.ts';
import type { ImportChoices, ImportListener, PredictionTarget } from './importChoices.ts';
import { predictedClasses, refuseOtherClasses } from './predictedClasses.ts';
import { PredictedImages } from './predictedImages.ts';
import { ScannedRows } from './scannedRows.ts';

/**
 * Takes the scan of a Ray cluster (docs/cluster.md), or the predictions of a model's own training, as if they had been made here: anchors,
 * distributions, embeddings, features, and facts of the pictures where there are any. Every shard is checked and put aside first; then one short transaction takes all
 * of them, or the project keeps the predictions that it had.
 *
 * @throws AppError `table-invalid` with the shard and the row; `interrupted`
 */
export async function importScan(
  { project, folder }: PredictionTarget,
  shardsFolder: string,
  { skipUnknown = false, modelsFolder }: ImportChoices,
  { progress, signal }: ImportListener,
): Promise<{ run: ModelRun; report: PredictionReport }> {
  const shards = await openScannedShards(shardsFolder);
  const { model, modelSha256, views, device, outOfFold } = shards;
  const classNames = project.dataset.classes();
  const translator = translatorOf(project, { model });
  refuseOtherClasses(
    shardsFolder,
    translator,
    model.classes.map(({ name }) => name),
    classNames,
  );
  const modelFile = await findModel(shards, modelsFolder);
  const trainingImages = await TrainingImages.load(
    modelFile?.trainingListPath ?? null,
    model.trainingData.perceptualHashMaxDistance,
  );
  const staged = project.stagePredictions({
    modelSha256,
    modelPath: modelFile?.path ?? model.name,
    model,
    provider: { requested: 'auto', used: device, fallbacks: [] },
    views,
  });
  const features = stageFeatures(project, staged.run);
  try {
    const images = new PredictedImages({ project, folder, file: shardsFolder, skipUnknown });
    const rows = new ScannedRows({
      project,
      images,
      translator,
      staged,
      trainingImages,
      anchorsPerClass: model.anchorsPerClass,
    });
    for await (const batch of shards.read()) {
      if (signal.aborted)
        throw new AppError('interrupted', 'the import was stopped', 'Nothing was imported.');
      const found = project.transaction(() => rows.take(batch));
      features?.write(found);
      progress(images.size);
      await nextTurn();
    }
    const counts = images.finish();
    if (features === null) project.features.remove();
    else project.features.publishStaged();
    project.transaction(() => {
      const latest = project.modelRuns.latest();
      if (latest !== null) keepEarlierRun(project, latest);
      staged.publish();
      rows.publish();
      project.modelRuns.publish(staged.run.id);
      keepFeatureStatistics(project, modelFile ?? { featureStatistics: null, metadata: model });
    });
    const report = {
      ...counts,
      model: model.name,
      sha256: modelSha256,
      embeddingSize: model.embeddingSize,
      unusedColumns: [],
      renormalised: 0,
      percentages: false,
      ...predictedClasses(
        translator,
        model.classes.map(({ name }) => name),
        classNames,
      ),
      scan: { views, modelIsHere: modelFile !== null, outOfFold },
    };
    return { run: staged.run, report };
  } finally {
    project.features.discardStaged();
    project.discardStaged();
  }
}

/** Where the images' features go until they are published; null where the project keeps none, or the model has none. */
function stageFeatures(project: ProjectFile, run: ModelRun) {
  const features = featuresOfRun(run);
  return features === null || readFeatureForm(project) === 'off' ? null : project.features.stage(features);
}

/** The model of a scan among those that are here: beside it are the list of its training images and their statistics. */
async function findModel(
  { modelSha256, model }: { modelSha256: string; model: ModelMetadata } & Partial<ScannedShards>,
  modelsFolder: string | undefined,
): Promise<ModelFile | null> {
  if (modelsFolder === undefined) return null;
  const models = await listModels(modelsFolder);
  const isOfScan = (file: ModelFile) => [modelSha256, model.convertedFrom].includes(file.sha256);
  return models.find(isOfScan) ?? null;
}
