import { readFile } from 'node:fs/promises';
import { AppError, errorMessage } from '../../shared/errors.ts';
import type { Provider } from '../../shared/model.ts';
import { parentLink } from '../processes/index.ts';
import { readMetadata } from './contract.ts';
import type { Decoders } from './decoders.ts';
import { openDetector } from './faces/detectFaces.ts';
import type { FaceSearch } from './faces/types.ts';
import { serveFit } from './fit/serveFit.ts';
import { loadRuntime } from './loadRuntime.ts';
import { type EngineReply, type EngineRequest, requestSchema } from './messages.ts';
import { readOnnxGraph } from './onnxGraph.ts';
import type { PreparedImage } from './prepare.ts';
import type { Outcome } from './runOrSplit.ts';
import { openSession } from './session.ts';
import type { EngineResult } from './types.ts';
import { readInViews } from './views.ts';

/** Calls that are decoded at a time: the one that the model takes next and one more. */
const CALLS_AHEAD = 2;

const link = parentLink();

type Start = Extract<EngineRequest, { kind: 'start' }>;
type StartFaces = Extract<EngineRequest, { kind: 'start-faces' }>;
type Infer = Extract<EngineRequest, { kind: 'infer' }>;
type Reply = Extract<EngineReply, { kind: 'results' | 'faces' }>;

/** Has images decoded elsewhere; what it resolves to runs them, which blocks this thread. */
type Work = (call: Infer) => Promise<() => Promise<Reply>>;

/**
 * The life of the engine process: loads the model or the face detector, answers calls in their order, ends with
 * its parent. Or, if that is what it is asked for, it fits a data set's labels and loads no model.
 *
 * While a run of the model blocks this thread, the next calls are decoded elsewhere.
 */
export function serveCore(decoders: Decoders): void {
  link.onMessage((message) => {
    const request = requestSchema.parse(message);
    if (request.kind === 'start') void start(request.modelPath, () => readWork(request, decoders));
    else if (request.kind === 'start-faces') {
      void start(request.detectorPath, () => faceWork(request, decoders));
    } else if (request.kind === 'fit') void serveFit(request, link.send);
    else enqueue(request);
  });

  let work: Work | null = null;
  const waiting: Infer[] = [];
  const ahead: ReturnType<Work>[] = [];
  let isRunning = false;

  async function start(path: string, open: () => Promise<Started>): Promise<void> {
    try {
      const { used, fallbacks, work: opened } = await open();
      work = opened;
      reply({ kind: 'ready', used, fallbacks });
    } catch (error) {
      reply(refusal(error, path));
    }
  }

  function enqueue(call: Infer): void {
    waiting.push(call);
    decodeAhead();
    void runCalls();
  }

  function decodeAhead(): void {
    while (work !== null && ahead.length < CALLS_AHEAD) {
      const call = waiting.shift();
      if (!call) return;
      ahead.push(work(call));
    }
  }

  async function runCalls(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (let next = ahead.shift(); next; next = ahead.shift()) {
      const run = await next;
      decodeAhead();
      reply(await run());
    }
    isRunning = false;
  }
}

type Started = { used: Provider; fallbacks: string[]; work: Work };

/** Reading images with a model. */
async function readWork(request: Start, { prepareImages }: Decoders): Promise<Started> {
  const runtime = await loadRuntime();
  const { metadata, problems } = readMetadata(readOnnxGraph(await readFile(request.modelPath)));
  if (!metadata) throw new AppError('model-invalid', `${request.modelPath}: ${problems.join('; ')}`);
  const session = await openSession(runtime, { ...request, metadata });
  const { used, fallbacks } = session;
  const read = (inputs: Uint8Array[]) => readInViews(session, inputs, metadata.inputSize, request.views);
  return {
    used,
    fallbacks,
    work: async ({ key, items }) => {
      const prepared = await prepareImages(items, metadata.inputSize);
      return async () => ({ kind: 'results', key, results: await inferAll(read, prepared) });
    },
  };
}

/** Finding faces in images. */
async function faceWork(request: StartFaces, { frameImages }: Decoders): Promise<Started> {
  const runtime = await loadRuntime();
  const detect = await openDetector(runtime, request.detectorPath, request.threads);
  return {
    used: 'cpu',
    fallbacks: [],
    work: async ({ key, items }) => {
      const prepared = await frameImages(items);
      return async () => {
        const results: FaceSearch[] = [];
        for (const frame of prepared) results.push(await detect(frame));
        return { kind: 'faces', key, results };
      };
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
    hint: 'Export the model anew, or take another one.',
  };
}

async function inferAll(
  read: (inputs: Uint8Array[]) => Promise<Outcome[]>,
  prepared: PreparedImage[],
): Promise<EngineResult[]> {
  const decoded = prepared.filter((image) => image.ok);
  const outcomes = await read(decoded.map((image) => image.input));
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
