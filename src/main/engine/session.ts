import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { errorMessage } from '../../domain/errors.ts';
import type { ModelOutputs } from '../../domain/inference.ts';
import type { ModelMetadata, Provider, ProviderChoice } from '../../domain/model.ts';
import {
  FEATURES_OUTPUT,
  INPUT_NAME,
  OUTPUT_NAMES,
  type OutputName,
  QUALITY_OUTPUT,
  valuesPerImage,
} from './contract.ts';
import type { Runtime } from './loadRuntime.ts';
import { fallbackSentence, missingProvider, providerAvailability, providersToTry } from './providers.ts';

export interface SessionOptions {
  modelPath: string;
  /** The same model for the CPU provider, where that is another file. */
  cpuModelPath?: string | undefined;
  metadata: ModelMetadata;
  provider: ProviderChoice;
  threads: number | null;
  /** Ask for features too, where the model has them. */
  withFeatures: boolean;
  /** Called before the model is tried, which may take long or never end. */
  beforeTrial?: ((provider: Provider) => Promise<void>) | undefined;
}

/** Of half precision. */
const LARGEST_HALF = 65504;

/** A loaded model. Its runs block the thread. */
export interface ModelSession {
  used: Provider;
  fallbacks: string[];
  /** How long one blank image took. */
  trialMs: number;
  /**
   * @param inputs one per image: [S, S, 3] RGB bytes
   * @throws Error if ONNX Runtime fails, or an output has another size than the contract says
   */
  run(inputs: Uint8Array[]): Promise<ModelOutputs[]>;
}

/**
 * Loads a model on the provider asked for, and tries it once on blank images.
 *
 * @throws AppError `provider-missing`; Error where the model itself cannot be loaded
 */
export async function openSession(runtime: Runtime, options: SessionOptions): Promise<ModelSession> {
  const fallbacks: string[] = [];
  for (const provider of providersToTry(options.provider)) {
    const reason = providerAvailability(provider).reason || (await tryProvider(provider));
    if (typeof reason !== 'string') return { ...reason, fallbacks };
    if (options.provider !== 'auto') throw missingProvider(provider, reason);
    fallbacks.push(fallbackSentence(provider, reason));
  }
  throw missingProvider('cpu', fallbacks.join(' '));

  /** The session, or why this provider does not work; on the CPU a failure is the model's. */
  async function tryProvider(used: Provider): Promise<string | Omit<ModelSession, 'fallbacks'>> {
    const { modelPath, cpuModelPath = modelPath } = options;
    try {
      const session = await runtime.InferenceSession.create(
        used === 'cpu' ? cpuModelPath : modelPath,
        sessionOptions(used, options),
      );
      const run = (inputs: Uint8Array[]) => runBatch(runtime, session, options, inputs);
      const { inputSize } = options.metadata;
      const blank = new Uint8Array(inputSize * inputSize * 3);
      await options.beforeTrial?.(used);
      const begun = performance.now();
      await run([blank, blank]);
      return { used, run, trialMs: (performance.now() - begun) / 2 };
    } catch (error) {
      if (used === 'cpu') throw error;
      return firstLine(errorMessage(error));
    }
  }
}

function sessionOptions(used: Provider, { threads }: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: used === 'cpu' ? ['cpu'] : [used, 'cpu'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // DirectML supports no memory pattern: https://onnxruntime.ai/docs/execution-providers/DirectML-ExecutionProvider.html
    ...(used === 'dml' ? { enableMemPattern: false } : {}),
    ...(threads === null ? {} : { intraOpNumThreads: threads }),
  };
}

async function runBatch(
  runtime: Runtime,
  session: InferenceSession,
  { metadata, withFeatures }: Pick<SessionOptions, 'metadata' | 'withFeatures'>,
  inputs: Uint8Array[],
): Promise<ModelOutputs[]> {
  const side = metadata.inputSize;
  const pixels = new Uint8Array(inputs.length * side * side * 3);
  inputs.forEach((input, i) => {
    pixels.set(input, i * side * side * 3);
  });
  const image = new runtime.Tensor('uint8', pixels, [inputs.length, side, side, 3]);
  const featuresSize = withFeatures ? metadata.featuresSize : null;
  const wanted = [...OUTPUT_NAMES, QUALITY_OUTPUT, ...(featuresSize === null ? [] : [FEATURES_OUTPUT])];
  const tensors = await session.run(
    { [INPUT_NAME]: image },
    session.outputNames.filter((name) => wanted.includes(name)),
  );
  image.dispose();

  const columns = {} as Record<OutputName, Float32Array[]>;
  for (const name of OUTPUT_NAMES) {
    columns[name] = splitRows(tensors[name], name, inputs.length, valuesPerImage(name, metadata));
  }
  const quality = tensors[QUALITY_OUTPUT];
  const qualities = quality ? splitRows(quality, QUALITY_OUTPUT, inputs.length, 1) : null;
  const features =
    featuresSize === null
      ? null
      : splitRows(tensors[FEATURES_OUTPUT], FEATURES_OUTPUT, inputs.length, featuresSize);
  for (const tensor of Object.values(tensors)) tensor.dispose();
  return inputs.map((_, i) => {
    const row = (name: OutputName) => columns[name][i] as Float32Array;
    const single = (name: OutputName) => row(name)[0] as number;
    return {
      primary: row('primary'),
      geometric: row('geometric'),
      attentive: row('attentive'),
      corrected: row('corrected'),
      confidencePrimary: single('confidence_primary'),
      confidenceCorrected: single('confidence_corrected'),
      anchorDistance: row('anchor_distance'),
      embedding: row('embedding'),
      features: features?.[i] ?? null,
      faceQuality: qualities?.[i]?.[0] ?? null,
    };
  });
}

/** [N, size] -> N copies of [size]. */
function splitRows(tensor: Tensor | undefined, name: string, images: number, size: number): Float32Array[] {
  const data = tensor?.data;
  if (!(data instanceof Float32Array) || data.length !== images * size) {
    const found = tensor ? `${tensor.type} [${tensor.dims.join(',')}]` : 'nothing';
    throw new Error(`the output \`${name}\` is ${found}, expected float32 [${images},${size}]`);
  }
  return Array.from({ length: images }, (_, i) => data.slice(i * size, (i + 1) * size));
}

/** Whether every number of an image's outputs is finite. */
export function hasFiniteNumbers(outputs: ModelOutputs): boolean {
  return Object.values(outputs).every((value) => {
    if (value instanceof Float32Array) return isWithin(value, Number.MAX_VALUE);
    return value === null || Number.isFinite(value);
  });
}

/** Whether the features of an image can be stored, as half floats. */
export function hasStorableFeatures({ features }: ModelOutputs): boolean {
  return features === null || isWithin(features, LARGEST_HALF);
}

/** A loop, because a call for each of some thousand numbers an image is felt. */
function isWithin(values: Float32Array, most: number): boolean {
  for (let index = 0; index < values.length; index++) {
    if (!(Math.abs(values[index] as number) <= most)) return false;
  }
  return true;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').trim().replace(/\.$/, '');
}
