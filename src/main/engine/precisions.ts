import { existsSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { ModelMetadata, PrecisionChoice } from '../../domain/model.ts';
import { type ModelFile, readModelFile } from './modelFile.ts';

const INT8_ENDING = '.int8.onnx';

/** Which file of a model runs on a CPU, and which on any other provider. */
export interface FilesByProvider {
  cpu: ModelFile;
  others: ModelFile;
}

/** The file that predicted the images of a project before. */
export interface PredictedBefore {
  sha256: string;
  precision: ModelMetadata['precision'];
  onCpu: boolean;
}

/** Whether a file of a models folder is a precision of another one there. */
export function isOtherPrecision(file: string, files: readonly string[]): boolean {
  return file.endsWith(INT8_ENDING) && files.includes(file.replace(INT8_ENDING, '.onnx'));
}

/** Path of a model's int8 file, if it has one. */
export function int8Beside(modelPath: string): string {
  const { dir, name } = path.parse(modelPath);
  return path.join(dir, name + INT8_ENDING);
}

/** Path of a model's card, if it has one: every precision has the same. */
export function cardBeside(modelPath: string): string {
  const { dir, base } = path.parse(modelPath);
  return path.join(dir, base.replace(/(\.int8)?\.onnx$/, '.card.md'));
}

/**
 * The same model in int8; null if there is no file beside it.
 * @throws AppError `model-invalid` if it violates the contract or was made from another file
 */
export async function readInt8Beside(model: ModelFile): Promise<ModelFile | null> {
  const beside = int8Beside(model.path);
  if (!existsSync(beside)) return null;
  const int8 = await readModelFile(beside);
  if (int8.metadata.precision === 'int8' && int8.metadata.convertedFrom === model.sha256) return int8;
  throw new AppError(
    'model-invalid',
    `${beside} cannot be used: it is not ${path.basename(model.path)} in int8`,
    'Rebuild it (models/train/README.md), remove it, or run the model with `--precision fp32`.',
  );
}

/** The precisions that a model comes in, by its files: whether they can be used shows when they are chosen. */
export function precisionsOf({
  path: file,
  metadata,
}: {
  path: string;
  metadata: Pick<ModelMetadata, 'precision'>;
}): ModelMetadata['precision'][] {
  return metadata.precision === 'fp32' && existsSync(int8Beside(file))
    ? ['fp32', 'int8']
    : [metadata.precision];
}

/**
 * The files of a model for the user's choice of precision. `auto` is fp32, but a project that was scanned
 * with the int8 file stays with it where it ran, and on a CPU: nothing is predicted twice without need.
 *
 * @param predictedBefore the file of the project's predictions
 * @throws AppError `model-missing` if there is no file of the requested precision; `model-invalid`
 */
export async function chooseFiles(
  model: ModelFile,
  choice: PrecisionChoice,
  predictedBefore: PredictedBefore | null = null,
): Promise<FilesByProvider> {
  const { precision } = model.metadata;
  if (precision !== 'fp32') {
    if (choice === 'auto' || choice === precision) return { cpu: model, others: model };
    throw new AppError(
      'model-missing',
      `${model.path} is ${precision}, not ${choice}`,
      'Name the fp32 file with `--model`.',
    );
  }
  if (choice === 'fp32') return { cpu: model, others: model };
  if (choice === 'auto') {
    const beside = predictedBefore?.precision === 'int8' ? await readInt8Beside(model) : null;
    const before = beside !== null && beside.sha256 === predictedBefore?.sha256 ? beside : model;
    return { cpu: before, others: predictedBefore?.onCpu === false ? before : model };
  }
  const int8 = await readInt8Beside(model);
  if (int8 !== null) return { cpu: int8, others: int8 };
  throw new AppError(
    'model-missing',
    `There is no ${path.basename(int8Beside(model.path))} beside ${model.path}`,
    'Make it with `python -m grefel_train precision` (models/train/README.md), or leave out `--precision`.',
  );
}
