import { createHash } from 'node:crypto';
import path from 'node:path';
import { AppError, errorMessage } from '../../domain/errors.ts';
import { FACE_SIDE } from '../../domain/framing/meanFace.ts';
import type { ModelMetadata } from '../../domain/model.ts';
import { readRegularFile } from '../files/index.ts';
import { contractProblems, readMetadata } from './contract.ts';
import { readFloat32Npy } from './npy.ts';
import { type OnnxGraph, readOnnxGraph } from './onnxGraph.ts';

/** A model file that follows the contract, and the files beside it. */
export interface ModelFile {
  /** Absolute. */
  path: string;
  /** Hex, of the ONNX file. */
  sha256: string;
  sizeBytes: number;
  metadata: ModelMetadata;
  /** [C*K, D], row c*K + k; null where the model names no anchors file or it is not there. */
  anchors: Float32Array | null;
  /** The bytes of the file of feature statistics; null if the model names none or it is missing. */
  featureStatistics: Buffer | null;
  /** [FACE_SIDE, FACE_SIDE] mean of its training images, for framing others; null if there is none. */
  referenceFace: Float64Array | null;
  /** Absolute; null where the model names no list of its training images or it is not there. */
  trainingListPath: string | null;
}

/** A protobuf message is smaller than this. */
const LARGEST_MODEL_BYTES = 2 ** 31 - 1;

const CONTRACT_HINT = 'See docs/model-contract.md for what a model file needs.';

/**
 * Parses a model file and checks it against the contract, without running it.
 *
 * @throws AppError `model-missing`; `model-invalid` with every violation of the contract
 */
export async function readModelFile(filePath: string): Promise<ModelFile> {
  const absolutePath = path.resolve(filePath);
  const bytes = await readModelBytes(absolutePath);
  const graph = parseGraph(bytes, absolutePath);
  const { metadata, problems } = readMetadata(graph);
  problems.push(...contractProblems(graph, metadata));
  if (!metadata) throw invalidModel(absolutePath, problems);

  const anchors = await readAnchors(absolutePath, metadata, problems);
  const featureStatistics = await readFeatureStatistics(absolutePath, metadata, problems);
  const referenceFace = await readReferenceFace(absolutePath, problems);
  const trainingListPath = await findTrainingList(absolutePath, metadata, problems);
  if (problems.length > 0) throw invalidModel(absolutePath, problems);
  return {
    path: absolutePath,
    sha256: sha256(bytes),
    sizeBytes: bytes.length,
    metadata,
    anchors,
    featureStatistics,
    referenceFace,
    trainingListPath,
  };
}

function invalidModel(filePath: string, problems: string[]): AppError {
  return new AppError('model-invalid', `${filePath} cannot be used: ${problems.join('; ')}`, CONTRACT_HINT);
}

async function readModelBytes(absolutePath: string): Promise<Buffer> {
  try {
    return await readRegularFile(absolutePath, null, LARGEST_MODEL_BYTES);
  } catch (error) {
    throw new AppError(
      'model-missing',
      `The model ${absolutePath} cannot be read: ${errorMessage(error)}`,
      'Run `grefel models` for the available models, or give the path of an ONNX file.',
      { cause: error },
    );
  }
}

function parseGraph(bytes: Buffer, absolutePath: string): OnnxGraph {
  try {
    return readOnnxGraph(bytes);
  } catch (error) {
    throw invalidModel(absolutePath, [`it is not an ONNX file (${errorMessage(error)})`]);
  }
}

/** The bytes of a file that the metadata names; null where it is not there. */
async function readBeside(
  modelPath: string,
  fileName: string,
  expectedSha256: string | null | undefined,
  problems: string[],
): Promise<Buffer | null> {
  if (path.basename(fileName) !== fileName) {
    problems.push(`\`${fileName}\` must be in the model's folder, named without a path`);
    return null;
  }
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(path.join(path.dirname(modelPath), fileName));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    problems.push(`\`${fileName}\` beside it cannot be read (${errorMessage(error)})`);
    return null;
  }
  if (expectedSha256 && sha256(bytes) !== expectedSha256.toLowerCase()) {
    problems.push(`\`${fileName}\` beside it is not the file that the model names (its SHA-256 differs)`);
    return null;
  }
  return bytes;
}

async function readAnchors(
  modelPath: string,
  { anchors, classes, anchorsPerClass, embeddingSize }: ModelMetadata,
  problems: string[],
): Promise<Float32Array | null> {
  if (!anchors) return null;
  const bytes = await readBeside(modelPath, anchors.file, anchors.sha256, problems);
  if (!bytes) return null;
  try {
    const { shape, data } = readFloat32Npy(bytes);
    const expected = [classes.length * anchorsPerClass, embeddingSize];
    if (shape.length === 2 && shape.every((size, i) => size === expected[i])) return data;
    problems.push(
      `anchors in \`${anchors.file}\` are [${shape.join(',')}], expected [${expected.join(',')}]`,
    );
  } catch (error) {
    problems.push(`anchors in \`${anchors.file}\`: ${errorMessage(error)}`);
  }
  return null;
}

async function readReferenceFace(modelPath: string, problems: string[]): Promise<Float64Array | null> {
  const beside = faceBeside(modelPath);
  if (beside === null) return null;
  const fileName = path.basename(beside);
  const bytes = await readBeside(modelPath, fileName, null, problems);
  if (bytes === null) return null;
  try {
    const { shape, data } = readFloat32Npy(bytes);
    if (shape.length === 2 && shape.every((side) => side === FACE_SIDE) && data.every(Number.isFinite)) {
      return Float64Array.from(data);
    }
    problems.push(
      `the mean face in \`${fileName}\` is [${shape.join(',')}], expected [${FACE_SIDE},${FACE_SIDE}]`,
    );
  } catch (error) {
    problems.push(`the mean face in \`${fileName}\`: ${errorMessage(error)}`);
  }
  return null;
}

/**
 * Path of a model's mean face, if it has one: every precision has the same. Null for a file with another
 * extension.
 */
function faceBeside(modelPath: string): string | null {
  const model = /^(.*?)(\.int8)?\.onnx$/is.exec(modelPath);
  return model && `${model[1]}.face.npy`;
}

async function readFeatureStatistics(
  modelPath: string,
  { featureStatistics }: ModelMetadata,
  problems: string[],
): Promise<Buffer | null> {
  if (!featureStatistics) return null;
  return readBeside(modelPath, featureStatistics.file, featureStatistics.sha256, problems);
}

async function findTrainingList(
  modelPath: string,
  { trainingData }: ModelMetadata,
  problems: string[],
): Promise<string | null> {
  if (!trainingData.list) return null;
  const bytes = await readBeside(modelPath, trainingData.list, trainingData.listSha256, problems);
  return bytes && path.join(path.dirname(modelPath), trainingData.list);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
