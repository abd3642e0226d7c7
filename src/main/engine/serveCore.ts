import { readFile } from 'node:fs/promises';
import { AppError, errorMessage } from '../../domain/errors.ts';
import type { Provider } from '../../domain/model.ts';
import { parentLink } from '../processes/index.ts';
import { readMetadata } from './contract.ts';
import { openDetector } from './faces/detectFaces.ts';
import type { Detection } from './faces/detections.ts';
import { serveFit } from './fit/serveFit.ts';
import { loadRuntime, type Runtime } from './loadRuntime.ts';
import { type EngineReply, type EngineRequest, requestSchema } from './messages.ts';
import { coresOfThreads, openModelThreads, type Predictor } from './modelThreads.ts';
import { readOnnxGraph } from './onnxGraph.ts';
import { openSession, type SessionOptions } from './session.ts';
import { readInViews } from './views.ts';

const link = parentLink();

type Start = Extract<EngineRequest, { kind: 'start' }>;
type StartFaces = Extract<EngineRequest, { kind: 'start-faces' }>;
type Call = Extract<EngineRequest, { kind: 'infer' | 'find-faces' }>;
type Reply = Extract<EngineReply, { kind: 'results' | 'faces' }>;

interface Work {
  /** Answers one call. */
  answer(call: Call): Promise<Reply>;
  /** Whether that blocks this thread: if not, calls are worked on together. */
  blocks: boolean;
}

/**
 * The life of the engine process: loads the model or the face detector, answers calls in order, ends with its
 * parent. Or, if requested, it fits a dataset's labels and loads no model. Its inputs are decoded: see
 * decoding/.
 */
export function serveCore(): void {
  link.onMessage((message) => {
    const request = requestSchema.parse(message);
    if (request.kind === 'start') void start(request.modelPath, () => readWork(request));
    else if (request.kind === 'start-faces') void start(request.detectorPath, () => faceWork(request));
    else if (request.kind === 'fit') void serveFit(request, link.send);
    else answered = answer(request, answered);
  });

  let work: Work | null = null;
  let answered = Promise.resolve();

  async function start(path: string, open: () => Promise<Started>): Promise<void> {
    try {
      const { work: opened, ...report } = await open();
      work = opened;
      reply({ kind: 'ready', ...report });
    } catch (error) {
      reply(refusal(error, path));
    }
  }

  /** Replies in the order of the calls: the core watches how long the oldest takes. */
  async function answer(call: Call, earlier: Promise<void>): Promise<void> {
    if (work === null) throw new Error('not started');
    if (work.blocks) await earlier;
    const answering = work.answer(call);
    await earlier;
    reply(await answering);
    await untilSent();
  }
}

/** The next run blocks this thread: earlier messages must be on their way. */
function untilSent(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function beforeTrial(provider: Provider): Promise<void> {
  reply({ kind: 'trying', provider });
  await untilSent();
}

type Started = { used: Provider; fallbacks: string[]; trialMs: number; work: Work };

/** Predicting images with a model. */
async function readWork(request: Start): Promise<Started> {
  // In this thread first, so that its environment is seen.
  const runtime = await loadRuntime();
  const { metadata, problems } = readMetadata(readOnnxGraph(await readFile(request.modelPath)));
  if (!metadata) throw new AppError('model-invalid', `${request.modelPath}: ${problems.join('; ')}`);
  const options = { ...request, metadata, beforeTrial };
  const cores = coresOfThreads(request.provider, request.threads);
  const { used, fallbacks, trialMs, predict } =
    cores === null ? await openHere(runtime, options) : await openModelThreads(options, cores);
  return {
    used,
    fallbacks,
    trialMs,
    work: {
      blocks: cores === null,
      answer: async (call) => {
        const results = call.kind === 'infer' ? await predict(call.inputs, call.views) : [];
        return { kind: 'results', key: call.key, results };
      },
    },
  };
}

/** The model in this thread, which its runs block. */
async function openHere(runtime: Runtime, options: SessionOptions): Promise<Predictor> {
  const session = await openSession(runtime, options);
  const { inputSize } = options.metadata;
  return {
    ...session,
    predict: (inputs, views) => readInViews(session, inputs, inputSize, views),
  };
}

/** Finding faces in images. */
async function faceWork(request: StartFaces): Promise<Started> {
  const runtime = await loadRuntime();
  const { detectorPath, threads } = request;
  const { detect, trialMs } = await openDetector(runtime, detectorPath, threads, () => beforeTrial('cpu'));
  return {
    used: 'cpu',
    fallbacks: [],
    trialMs,
    work: {
      blocks: true,
      answer: async (call) => {
        const frames = call.kind === 'find-faces' ? call.frames : [];
        const results: (Detection[] | string)[] = [];
        for (const frame of frames) results.push(await detect(frame));
        return { kind: 'faces', key: call.key, results };
      },
    },
  };
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
    hint: 'Export the model again, or use another one.',
  };
}
