import { join } from 'node:path';
import { AppError, errorMessage } from '../../../domain/errors.ts';
import { readRegularFile } from '../../files/index.ts';
import { type GraphTensor, readOnnxGraph } from '../onnxGraph.ts';

/** Pixels of the detector's frame. */
export const FRAME = { width: 320, height: 240 };
export const DETECTOR_INPUT = 'input';
const BOXES = 4420;

/** The shipped detector's tensors; another file has to be like it. */
const SIGNATURE = {
  [DETECTOR_INPUT]: [1, 3, FRAME.height, FRAME.width],
  scores: [1, BOXES, 2],
  boxes: [1, BOXES, 4],
};
const HINT = "Install GReFEL Relabel again, or use whole images or the dataset's boxes (--faces none, box).";

export function shippedDetector(modelsFolder: string): string {
  return join(modelsFolder, 'face-detector', 'rfb-320.onnx');
}

/**
 * Checks, without running it, that a file is a face detector.
 * @throws AppError `model-missing`, `model-invalid`
 */
export async function checkDetectorFile(path: string): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(path);
  } catch (error) {
    throw new AppError(
      'model-missing',
      `The face detector ${path} cannot be read: ${errorMessage(error)}`,
      HINT,
      { cause: error },
    );
  }
  const problem = problemOf(bytes);
  if (problem !== null) throw invalidDetector(path, problem);
}

export function invalidDetector(path: string, problem: string): AppError {
  return new AppError('model-invalid', `The face detector ${path} cannot be used: ${problem}`, HINT);
}

function problemOf(bytes: Buffer): string | null {
  try {
    const { inputs, outputs, hasExternalWeights } = readOnnxGraph(bytes);
    if (hasExternalWeights) return 'its weights are in another file';
    const tensors = [...inputs, ...outputs];
    for (const [name, shape] of Object.entries(SIGNATURE)) {
      const tensor = tensors.find((candidate) => candidate.name === name);
      if (tensor === undefined || !fits(tensor, shape))
        return `\`${name}\` is not float32 [${shape.join(',')}]`;
    }
    return inputs.length === 1 ? null : 'it takes more than one input';
  } catch (error) {
    return `it is not an ONNX file (${errorMessage(error)})`;
  }
}

function fits({ elementType, shape }: GraphTensor, expected: readonly number[]): boolean {
  const same = shape?.length === expected.length && shape.every((size, axis) => size === expected[axis]);
  return elementType === 'float32' && same;
}
