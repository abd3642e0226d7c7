import { createHash } from 'node:crypto';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import { storedModelSchema } from '../../domain/model.ts';
import type { PredictionReport } from '../../protocol/predictions.ts';
import { isFolder, openPredictions, type Predictions } from '../dataset/index.ts';
import { regularFileStream } from '../files/index.ts';
import { translatorOf } from '../opened/index.ts';
import type { ModelRun } from '../project/index.ts';
import { keepEarlierRun } from '../tune/index.ts';
import type { ImportChoices, ImportListener, PredictionTarget } from './importChoices.ts';
import { importScan } from './importScan.ts';
import { predictedClasses, refuseOtherClasses } from './predictedClasses.ts';
import { PredictedImages } from './predictedImages.ts';
import { PredictedRows } from './predictedRows.ts';

/**
 * Replaces the current predictions by those of the user's own model: a run of its own, with flags. Every row
 * is checked and staged first; then one short transaction takes all of them, or the project is unchanged. A
 * folder is the scan of a cluster.
 *
 * @throws AppError `table-invalid` with the file and the line or row; `interrupted`
 */
export async function importPredictions(
  target: PredictionTarget,
  file: string,
  choices: ImportChoices,
  listener: ImportListener,
): Promise<{ run: ModelRun; report: PredictionReport }> {
  if (await isFolder(file)) return importScan(target, file, choices, listener);
  const { project, folder } = target;
  const { progress, signal } = listener;
  const classNames = project.dataset.classes();
  const predictions = await openPredictions(file, choices, classNames);
  refuseOtherCount(file, predictions, project.samples.counts());
  const model = modelOf(file, predictions, choices.modelName);
  const translator = translatorOf(project, { model });
  refuseOtherClasses(file, translator, predictions.classes, classNames);
  const { embeddingSize, unusedColumns } = predictions;
  const modelSha256 = await sha256Of(file);
  const staged = project.stagePredictions({
    modelSha256,
    modelPath: path.resolve(file),
    model,
    provider: null,
    views: 'one',
  });
  try {
    const images = new PredictedImages({ project, folder, file, skipUnknown: choices.skipUnknown === true });
    const rows = new PredictedRows({ images, embeddingSize, translator, staged });
    for await (const batch of predictions.read()) {
      if (signal.aborted)
        throw new AppError('interrupted', 'the import was stopped', 'Nothing was imported.');
      project.transaction(() => {
        for (const row of batch) rows.take(row);
      });
      progress(images.size);
      await nextTurn();
    }
    const counts = images.finish();
    project.transaction(() => {
      const latest = project.modelRuns.latest();
      if (latest !== null) keepEarlierRun(project, latest);
      staged.publish();
      project.modelRuns.publish(staged.run.id);
    });
    project.features.remove(); // the model whose predictions are replaced
    const report = {
      ...counts,
      model: model.name,
      sha256: modelSha256,
      embeddingSize,
      unusedColumns,
      ...predictions.adjusted,
      ...predictedClasses(translator, predictions.classes, classNames),
      scan: null,
    };
    return { run: staged.run, report };
  } finally {
    project.discardStaged();
  }
}

/** The model behind a file of predictions, as far as it is known. */
function modelOf(file: string, { classes, embeddingSize }: Predictions, name = path.basename(file)) {
  return storedModelSchema.parse({
    contract: 1,
    name,
    version: `imported ${new Date().toISOString().slice(0, 10)}`,
    classes: classes.map((className) => ({ name: className })),
    anchorsPerClass: 0,
    embeddingSize,
    delta: 1,
    inputSize: 0,
  });
}

function refuseOtherCount(
  file: string,
  { namesImages, rows }: Predictions,
  { pending, read, unreadable }: { pending: number; read: number; unreadable: number },
): void {
  const images = pending + read + unreadable;
  if (namesImages || rows === images) return;
  throw new AppError(
    'table-invalid',
    `${file}: it has ${rows} rows and no names, but the dataset has ${images} images`,
    'Give a file with the image of each row with --names. Nothing was imported.',
  );
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(await regularFileStream(file), hash);
  return hash.digest('hex');
}
