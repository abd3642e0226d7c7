import { readFile } from 'node:fs/promises';
import { AppError, errorMessage } from '../../shared/errors.ts';
import type { ModelOutputs } from '../../shared/inference.ts';
import { parentLink } from '../processes/index.ts';
import { readMetadata } from './contract.ts';
import { serveFit } from './fit/serveFit.ts';
import { type EngineReply, type EngineRequest, requestSchema } from './messages.ts';
import { readOnnxGraph } from './onnxGraph.ts';
import type { PreparedImage } from './prepare.ts';
import { hasFiniteNumbers, type ModelSession, openSession } from './session.ts';
import type { EngineItem, EngineResult } from './types.ts';

/** Turns files into model inputs, in the order of `items`. */
export type Preparer = (items: EngineItem[], inputSize: number) => Promise<PreparedImage[]>;

/** Calls that are decoded at a time: the one that the model takes next and one more. */
const CALLS_AHEAD = 2;

const link = parentLink();

type Start = Extract<EngineRequest, { kind: 'start' }>;
type Infer = Extract<EngineRequest, { kind: 'infer' }>;

/**
 * The life of the engine process: loads the model, answers calls in their order, ends with its parent. Or, if
 * that is what it is asked for, it fits a data set's labels and loads no model.
 *
 * While a run of the model blocks this thread, `prepare` has the next calls decoded elsewhere.
 */
export function serveCore(prepare: Preparer): void {
  link.onMessage((message) => {
    const request = requestSchema.parse(message);
    if (request.kind === 'start') void start(request);
    else if (request.kind === 'fit') void serveFit(request, link.send);
    else enqueue(request);
  });

  let session: ModelSession | null = null;
  let inputSize = 0;
  const waiting: Infer[] = [];
  const ahead: { key: number; prepared: Promise<PreparedImage[]> }[] = [];
  let isRunning = false;

  async function start(request: Start): Promise<void> {
    try {
      const runtime = await import('onnxruntime-node');
      const { metadata, problems } = readMetadata(readOnnxGraph(await readFile(request.modelPath)));
      if (!metadata) throw new AppError('model-invalid', `${request.modelPath}: ${problems.join('; ')}`);
      session = await openSession(runtime, { ...request, metadata });
      inputSize = metadata.inputSize;
      reply({ kind: 'ready', used: session.used, fallbacks: session.fallbacks });
    } catch (error) {
      reply(refusal(error, request.modelPath));
    }
  }

  function enqueue(call: Infer): void {
    waiting.push(call);
    decodeAhead();
    void runCalls();
  }

  function decodeAhead(): void {
    while (ahead.length < CALLS_AHEAD) {
      const call = waiting.shift();
      if (!call) return;
      ahead.push({ key: call.key, prepared: prepare(call.items, inputSize) });
    }
  }

  async function runCalls(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (let call = ahead.shift(); call; call = ahead.shift()) {
      const prepared = await call.prepared;
      decodeAhead();
      reply({ kind: 'results', key: call.key, results: await inferAll(session as ModelSession, prepared) });
    }
    isRunning = false;
  }
}

function reply(message: EngineReply): void {
  link.send(message);
}

function refusal(error: unknown, modelPath: string): EngineReply {
  if (error instanceof AppError) {
    const { code, message, hint } = error;
    const isOwn = code === 'provider-missing' || code === 'model-missing' || code === 'model-invalid';
    return { kind: 'refused', code: isOwn ? code : 'engine-failed', message, hint };
  }
  const message = `ONNX Runtime cannot run ${modelPath}: ${errorMessage(error)}`;
  return {
    kind: 'refused',
    code: 'model-invalid',
    message,
    hint: 'Export the model anew, or take another one.',
  };
}

async function inferAll(session: ModelSession, prepared: PreparedImage[]): Promise<EngineResult[]> {
  const decoded = prepared.filter((image) => image.ok);
  const outcomes = await runOrSplit(
    session,
    decoded.map((image) => image.input),
  );
  let next = 0;
  return prepared.map((image): EngineResult => {
    if (!image.ok) return image;
    const { id, file } = image;
    const outcome = outcomes[next++];
    if (typeof outcome === 'string' || !outcome) {
      return { id, file, ok: false, problem: outcome ?? 'the model gave no result' };
    }
    return { id, file, ok: true, image: image.image, outputs: outcome };
  });
}

/** The outputs of each input, or the problem of one that the model fails on: a batch never fails as a whole. */
async function runOrSplit(session: ModelSession, inputs: Uint8Array[]): Promise<(ModelOutputs | string)[]> {
  if (inputs.length === 0) return [];
  try {
    const outputs = await session.run(inputs);
    return outputs.map((output) =>
      hasFiniteNumbers(output) ? output : 'the model gave values that are no finite numbers for this image',
    );
  } catch (error) {
    if (inputs.length === 1) return [`the model failed on this image: ${errorMessage(error)}`];
    const middle = Math.ceil(inputs.length / 2);
    const before = await runOrSplit(session, inputs.slice(0, middle));
    return [...before, ...(await runOrSplit(session, inputs.slice(middle)))];
  }
}
