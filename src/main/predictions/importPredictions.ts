import { createHash } from 'node:crypto';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import { storedModelSchema } from '../../domain/model.ts';
import type { PredictionReport } from '../../protocol/predictions.ts';
import { openPredictions, type PredictionOptions, type Predictions } from '../dataset/index.ts';
import { regularFileStream } from '../files/index.ts';
import { LabelReader } from '../issues/index.ts';
import { readMeanings, readMisspelt } from '../opened/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { keepEarlierRun } from '../tune/index.ts';
import { PredictedRows } from './predictedRows.ts';

export interface ImportChoices extends PredictionOptions {
  /** Of the model; the file's name by default. */
  modelName?: string | undefined;
  /** Pass over rows of images that the dataset does not have. */
  skipUnknown?: boolean | undefined;
}

export interface PredictionTarget {
  project: ProjectFile;
  /** Absolute path of the dataset's folder. */
  folder: string;
}

export interface ImportListener {
  /** Told how many rows were checked. */
  progress(rows: number): void;
  signal: AbortSignal;
}

/**
 * Puts what a model of the user's own says in the place of the present readings: a run of its own, with flags. Every
 * row is checked and put aside first; then one short transaction takes all of them, or the project stays as it was.
 *
 * @throws AppError `table-invalid` with the file and the line or row; `interrupted`
 */
export async function importPredictions(
  { project, folder }: PredictionTarget,
  file: string,
  choices: ImportChoices,
  { progress, signal }: ImportListener,
): Promise<{ run: ModelRun; report: PredictionReport }> {
  const classNames = project.dataset.classes();
  const predictions = await openPredictions(file, choices, classNames);
  refuseOtherCount(file, predictions, project.samples.counts());
  const model = modelOf(file, predictions, choices.modelName);
  const reader = new LabelReader(classNames, model, readMeanings(project), readMisspelt(project));
  refuseOtherClasses(file, reader, predictions.classes, classNames);
  const { embeddingSize, unusedColumns } = predictions;
  const modelSha256 = await sha256Of(file);
  const staged = project.stageReadings({
    modelSha256,
    modelPath: path.resolve(file),
    model,
    provider: null,
    views: 'one',
  });
  try {
    const rows = new PredictedRows({
      project,
      folder,
      file,
      skipUnknown: choices.skipUnknown === true,
      embeddingSize,
      reader,
      staged,
    });
    for await (const batch of predictions.read()) {
      if (signal.aborted)
        throw new AppError('interrupted', 'the import was stopped', 'Nothing was imported.');
      project.transaction(() => {
        for (const row of batch) rows.take(row);
      });
      progress(rows.size);
      await nextTurn();
    }
    const counts = rows.finish();
    project.transaction(() => {
      const latest = project.modelRuns.latest();
      if (latest !== null) keepEarlierRun(project, latest);
      staged.publish();
      project.modelRuns.publish(staged.run.id);
    });
    project.features.remove(); // of the model whose readings these take the place of
    const report = {
      ...counts,
      model: model.name,
      sha256: modelSha256,
      embeddingSize,
      unusedColumns,
      ...predictions.adjusted,
      classes: predictions.classes.map((name, modelClass) => {
        const label = reader.labelOfModelClass(modelClass);
        return { name, label: label === null ? null : (classNames[label] ?? null) };
      }),
      unknownLabels: classNames.filter((_, label) => !reader.knows(label)),
    };
    return { run: staged.run, report };
  } finally {
    project.discardStaged();
  }
}

/** What is known of the model behind a file of predictions. */
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

function refuseOtherClasses(
  file: string,
  { space }: LabelReader,
  classes: readonly string[],
  classNames: readonly string[],
): void {
  if (space.groups.length >= 2) return;
  throw new AppError(
    'table-invalid',
    `${file}: fewer than two of its classes (${classes.join(', ')}) are in the dataset (${classNames.join(', ')})`,
    'Name its classes as the dataset does with --classes, or map them with --map. Nothing was imported.',
  );
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(await regularFileStream(file), hash);
  return hash.digest('hex');
}
