import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../shared/errors.ts';
import { type ChildLink, forkChild, type StartProcess } from '../processes/index.ts';
import type { DecoderLimits } from './limits.ts';
import { type DecoderReply, type DecoderRequest, decoderReplySchema } from './messages.ts';

/** How decoding processes are started. */
export interface DecoderProgram {
  /** Node executable; by default the one that runs. */
  executable?: string | undefined;
  /** By default the program beside this module. */
  entry?: string | undefined;
  /** By default as a child of this process. */
  startProcess?: StartProcess | undefined;
}

export type DecoderAnswer = Exclude<DecoderReply, { kind: 'ready' }>;

export interface DecoderListener {
  ready(): void;
  answer(answer: DecoderAnswer): void;
  /** The process is gone: `how` as a clause for messages, `stderr` the end of what it wrote. */
  exit(how: string, stderr: string): void;
}

/** Starts a decoding process; what is sent to it waits until it is ready. */
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

/** In the sources or in the built application. */
function decoderEntry(): string {
  const candidates = ['./decoderProcess.ts', './decoder.js', '../decoder.js'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  const entry = candidates.find((candidate) => existsSync(candidate));
  if (entry) return entry;
  throw new AppError(
    'engine-failed',
    `The program that decodes images is missing: ${candidates[1]}`,
    'Run `npm run build`.',
  );
}
