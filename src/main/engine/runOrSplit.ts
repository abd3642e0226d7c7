import { errorMessage } from '../../domain/errors.ts';
import type { ModelOutputs } from '../../domain/inference.ts';
import { hasFiniteNumbers, hasStorableFeatures, type ModelSession } from './session.ts';

/** The model's outputs for an input, or a problem. */
export type OutputsOrProblem = ModelOutputs | string;

/** The outputs of each input, or the problem of one that the model fails on: a batch never fails as a whole. */
export async function runOrSplit(
  session: Pick<ModelSession, 'run'>,
  inputs: Uint8Array[],
): Promise<OutputsOrProblem[]> {
  if (inputs.length === 0) return [];
  try {
    const outputs = await session.run(inputs);
    return outputs.map(orProblem);
  } catch (error) {
    if (inputs.length === 1) return [`the model failed on this image: ${errorMessage(error)}`];
    const middle = Math.ceil(inputs.length / 2);
    const before = await runOrSplit(session, inputs.slice(0, middle));
    return [...before, ...(await runOrSplit(session, inputs.slice(middle)))];
  }
}

function orProblem(outputs: ModelOutputs): OutputsOrProblem {
  if (!hasFiniteNumbers(outputs)) return 'the model gave values that are not finite numbers for this image';
  if (!hasStorableFeatures(outputs))
    return 'the model gave features that are too large to store for this image';
  return outputs;
}
