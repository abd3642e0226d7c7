import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { type ModelFile, readModelFile } from './modelFile.ts';
import { int8Beside, isOtherPrecision, readInt8Beside } from './precisions.ts';

/** The default model, if it is installed. */
const PREFERRED_MODEL = 'grefel-small';

export interface ListedModel extends ModelFile {
  /** The same in int8, for CPUs; null if there is none or it is refused. */
  int8: ModelFile | null;
}

export interface ModelsFolder {
  models: ListedModel[];
  /** ONNX files of the folder that break the contract, with why. */
  refused: { path: string; error: AppError }[];
}

/**
 * Absolute paths of a folder's models, by name, each in the precision that the others were made from; empty
 * if the folder is missing.
 */
async function onnxFiles(modelsFolder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(modelsFolder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const files = names.filter((name) => name.endsWith('.onnx'));
  return files
    .filter((name) => !isOtherPrecision(name, files))
    .sort()
    .map((name) => path.resolve(modelsFolder, name));
}

/** Every ONNX file of a folder: those that can be used, and those that cannot with the reason. */
export async function inspectModels(modelsFolder: string): Promise<ModelsFolder> {
  const folder: ModelsFolder = { models: [], refused: [] };
  for (const file of await onnxFiles(modelsFolder)) {
    const model = await orRefused(file, () => readModelFile(file));
    if (model !== null) {
      const int8 = await orRefused(int8Beside(file), () => readInt8Beside(model));
      folder.models.push({ ...model, int8 });
    }
  }
  return folder;

  async function orRefused<T>(file: string, read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      folder.refused.push({ path: file, error });
      return null;
    }
  }
}

/** The models of a folder that keep the contract, by name. */
export async function listModels(modelsFolder: string): Promise<ListedModel[]> {
  return (await inspectModels(modelsFolder)).models;
}

/**
 * The model that `nameOrFile` means: the name of one in the folder, with or without `.onnx`, or else a path.
 * Without it the shipped one.
 *
 * @throws AppError `model-missing`, `model-invalid`
 */
export async function resolveModel(nameOrFile: string | undefined, modelsFolder: string): Promise<ModelFile> {
  if (nameOrFile === undefined) return readModelFile(await defaultModel(modelsFolder));
  const isName = path.basename(nameOrFile) === nameOrFile;
  if (!isName) return readModelFile(nameOrFile);
  const fileName = nameOrFile.endsWith('.onnx') ? nameOrFile : `${nameOrFile}.onnx`;
  const inFolder = path.join(modelsFolder, fileName);
  if (existsSync(inFolder)) return readModelFile(inFolder);
  if (existsSync(nameOrFile)) return readModelFile(nameOrFile);
  const names = (await onnxFiles(modelsFolder)).map((file) => path.basename(file, '.onnx'));
  throw new AppError(
    'model-missing',
    `There is no model "${nameOrFile}" in ${path.resolve(modelsFolder)}`,
    names.length > 0 ? `Available: ${names.join(', ')}. Or give the path of an ONNX file.` : NO_MODEL_HINT,
  );
}

const NO_MODEL_HINT = 'Give the path of an ONNX file (docs/model-contract.md).';

async function defaultModel(modelsFolder: string): Promise<string> {
  const files = await onnxFiles(modelsFolder);
  const preferred = files.find((file) => path.basename(file, '.onnx') === PREFERRED_MODEL) ?? files[0];
  if (preferred) return preferred;
  throw new AppError('model-missing', `There is no model in ${path.resolve(modelsFolder)}`, NO_MODEL_HINT);
}
