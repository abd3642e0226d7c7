import { type ChildLink, forkChild, programEntry, type StartProcess } from '../processes/index.ts';
import type { DecoderLimits } from './limits.ts';
import { type DecoderReply, type DecoderRequest, decoderReplySchema } from './messages.ts';

/** How decoding processes are started. */
export interface DecoderProgram {
  /** Node executable; by default the one that runs. */
  executable?: string | undefined;
  /** By default the program next to this module. */
  entry?: string | undefined;
  /** By default as a child of this process. */
  startProcess?: StartProcess | undefined;
}

export type DecoderAnswer = Exclude<DecoderReply, { kind: 'ready' }>;

export interface DecoderListener {
  ready(): void;
  answer(answer: DecoderAnswer): void;
  /** The process has ended: `how` as a clause for messages, `stderr` the end of its output. */
  exit(how: string, stderr: string): void;
}

/** Starts a decoding process; messages to it wait until it is ready. */
export function startDecoder(
  { executable, entry = decoderEntry(), startProcess = forkChild }: DecoderProgram,
  limits: DecoderLimits,
  listener: DecoderListener,
): ChildLink & { send(request: DecoderRequest): void } {
  const child = startProcess(
    { entry, executable },
    {
      message: (message) => {
        const reply = decoderReplySchema.parse(message);
        if (reply.kind === 'ready') listener.ready();
        else listener.answer(reply);
      },
      exit: (how, stderr) => listener.exit(how, stderr),
    },
  );
  child.send({ kind: 'start', limits } satisfies DecoderRequest);
  return child;
}

const decoderEntry = () =>
  programEntry(import.meta.url, {
    source: 'decoderProcess.ts',
    built: 'decoder.js',
    title: 'The program that decodes images',
  });
