import { z } from 'zod';
import { FEATURES_CONTRACT, type ModelMetadata, modelMetadataSchema } from '../../domain/model.ts';
import type { GraphTensor, OnnxGraph } from './onnxGraph.ts';

/** Checks a model file against its contract, docs/model-contract.md. Every check describes the violation. */
export const METADATA_KEY = 'grefel';
export const INPUT_NAME = 'image';

/** Values per image of each output: a row of this length, or null for one number per image. */
const OUTPUT_SIZES = {
  primary: (model) => model.classes.length,
  geometric: (model) => model.classes.length,
  attentive: (model) => model.classes.length,
  corrected: (model) => model.classes.length,
  confidence_primary: () => null,
  confidence_corrected: () => null,
  anchor_distance: (model) => model.classes.length * model.anchorsPerClass,
  embedding: (model) => model.embeddingSize,
} satisfies Record<string, (model: ModelMetadata) => number | null>;

export type OutputName = keyof typeof OUTPUT_SIZES;
export const OUTPUT_NAMES = Object.keys(OUTPUT_SIZES) as OutputName[];

/** Values of an output per image. */
export function valuesPerImage(name: OutputName, metadata: ModelMetadata): number {
  return OUTPUT_SIZES[name](metadata) ?? 1;
}

/** Optional, one number per image. */
export const QUALITY_OUTPUT = 'face_quality';

/** Optional from contract 1.1 on, a row of F numbers per image. */
export const FEATURES_OUTPUT = 'features';

export function readMetadata(graph: OnnxGraph): { metadata: ModelMetadata | null; problems: string[] } {
  const text = graph.metadata.get(METADATA_KEY);
  if (text === undefined) return { metadata: null, problems: [`metadata \`${METADATA_KEY}\` is missing`] };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { metadata: null, problems: [`metadata \`${METADATA_KEY}\` is not JSON`] };
  }
  const parsed = modelMetadataSchema.safeParse(json);
  if (parsed.success) return withFeaturesOf(graph, parsed.data);
  const problems = parsed.error.issues.map(
    (issue) => `metadata \`${z.core.toDotPath(issue.path) || METADATA_KEY}\`: ${issue.message}`,
  );
  return { metadata: null, problems };
}

/** F is the graph's; where the graph leaves it open, the metadata have to say it. */
function withFeaturesOf(
  graph: OnnxGraph,
  metadata: ModelMetadata,
): { metadata: ModelMetadata; problems: string[] } {
  const output = graph.outputs.find(({ name }) => name === FEATURES_OUTPUT);
  const declared = metadata.featuresSize;
  // A file of contract 1 may call an output of its own so.
  if (metadata.contract < FEATURES_CONTRACT)
    return { metadata: { ...metadata, featuresSize: null }, problems: [] };
  if (!output) {
    const problems =
      declared === null
        ? []
        : [`output \`${FEATURES_OUTPUT}\` is missing; the metadata say that it has ${declared} values`];
    return { metadata, problems };
  }
  const size = output.shape?.length === 2 ? (output.shape[1] ?? declared) : declared;
  const problems = outputProblem(output, declared ?? size ?? 'F');
  if (problems.length === 0 && size === null) {
    problems.push(`output \`${FEATURES_OUTPUT}\` leaves its size open; say it as \`featuresSize\``);
  }
  return { metadata: { ...metadata, featuresSize: size }, problems };
}

/**
 * Violations of the contract in a graph's inputs and outputs; empty for a valid model. Without `metadata` (if
 * it could not be parsed) only what does not depend on it is checked.
 */
export function contractProblems(graph: OnnxGraph, metadata: ModelMetadata | null): string[] {
  return [
    ...inputProblems(graph.inputs, metadata?.inputSize ?? null),
    ...outputProblems(graph.outputs, metadata),
    ...(graph.hasExternalWeights ? ['its weights are in another file; they have to be inside'] : []),
  ];
}

function inputProblems(inputs: GraphTensor[], side: number | null): string[] {
  const expected = `uint8 [N,${side ?? 'S'},${side ?? 'S'},3]`;
  const problems = inputs
    .filter((input) => input.name !== INPUT_NAME)
    .map((input) => `input \`${input.name}\` is not known; the only input is \`${INPUT_NAME}\``);
  const image = inputs.find((input) => input.name === INPUT_NAME);
  if (!image) return [`input \`${INPUT_NAME}\` is missing`, ...problems];
  const fits = image.elementType === 'uint8' && shapeFits(image.shape, [null, side, side, 3]);
  if (!fits) problems.unshift(`input \`${INPUT_NAME}\` is ${describe(image)}, expected ${expected}`);
  else if (image.shape && image.shape[0] !== null) {
    problems.unshift(`input \`${INPUT_NAME}\` takes ${image.shape[0]} images only; N has to be dynamic`);
  }
  return problems;
}

function outputProblems(outputs: GraphTensor[], metadata: ModelMetadata | null): string[] {
  const problems: string[] = [];
  for (const name of OUTPUT_NAMES) {
    const output = outputs.find((candidate) => candidate.name === name);
    if (!output) problems.push(`output \`${name}\` is missing`);
    else if (metadata) problems.push(...outputProblem(output, OUTPUT_SIZES[name](metadata)));
  }
  const quality = outputs.find((candidate) => candidate.name === QUALITY_OUTPUT);
  if (quality) problems.push(...outputProblem(quality, null));
  return problems;
}

/** @param size values of an image; null for one number, not a row; `F` for a row of any size */
function outputProblem(output: GraphTensor, size: number | null | 'F'): string[] {
  const shape = size === null ? [null] : [null, size === 'F' ? null : size];
  if (output.elementType === 'float32' && shapeFits(output.shape, shape)) return [];
  const expected = size === null ? '[N]' : `[N,${size}]`;
  return [`output \`${output.name}\` is ${describe(output)}, expected float32 ${expected}`];
}

/** Whether a declared shape can be the expected one; sizes that the file leaves open are seen when it runs. */
function shapeFits(shape: GraphTensor['shape'], expected: (number | null)[]): boolean {
  if (shape === null) return true;
  if (shape.length !== expected.length) return false;
  return shape.every((size, i) => size === null || expected[i] === null || size === expected[i]);
}

function describe({ elementType, shape }: GraphTensor): string {
  if (shape === null) return elementType;
  return `${elementType} [${shape.map((size, i) => size ?? (i === 0 ? 'N' : '?')).join(',')}]`;
}
