import { AppError } from '../../../domain/errors.ts';
import { describeEnd, forkChild, type StartProcess } from '../../processes/index.ts';
import { engineEntry } from '../engineChild.ts';
import type { FittedLabels } from './fitLabels.ts';
import { type FitRequest, fitReplySchema } from './messages.ts';

/**
 * A process may die of something temporary, such as low memory. The next one continues at the step that this
 * one had reached.
 */
const ATTEMPTS = 3;

type Request = Omit<FitRequest, 'kind'>;

export interface FitOptions {
  progress?: (share: number) => void;
  signal?: AbortSignal;
  /** How the process is started; forked by default. */
  startProcess?: StartProcess | undefined;
}

/**
 * Fits a dataset's labels in a process of its own, so that the window never waits and a crash affects only
 * the fit.
 * @throws AppError `engine-failed`; `interrupted` if the signal ended it
 */
export async function startFit(request: Request, options: FitOptions = {}): Promise<FittedLabels> {
  for (let attempt = 1; ; attempt++) {
    const end = await fitOnce(request, options);
    if ('fitted' in end) return end.fitted;
    if (attempt === ATTEMPTS) throw unfitted(end.died);
  }
}

/** @returns the result of the fit, or how its process died */
function fitOnce(
  request: Request,
  { progress, signal, startProcess = forkChild }: FitOptions,
): Promise<{ fitted: FittedLabels } | { died: string }> {
  return new Promise((resolve, reject) => {
    const child = startProcess({ entry: engineEntry() }, { message: receive, exit });
    const kill = () => child.kill();
    signal?.addEventListener('abort', kill, { once: true });
    child.send({ kind: 'fit', ...request } satisfies FitRequest);
    if (signal?.aborted) kill();

    function receive(message: unknown): void {
      const reply = fitReplySchema.parse(message);
      if (reply.kind === 'progress') {
        progress?.(reply.share);
        return;
      }
      if (reply.kind === 'failed') reject(unfitted(reply.message));
      else resolve({ fitted: reply.fitted });
      kill();
    }

    function exit(how: string, stderr: string): void {
      signal?.removeEventListener('abort', kill);
      if (signal?.aborted) {
        reject(
          new AppError(
            'interrupted',
            'learning from the labels was stopped',
            'Scan again to learn from the labels.',
          ),
        );
      } else resolve({ died: describeEnd(how, stderr) });
    }
  });
}

const unfitted = (why: string) =>
  new AppError(
    'engine-failed',
    `learning from the labels failed (${why})`,
    'Flags use the base model alone. Scan again to retry.',
  );
