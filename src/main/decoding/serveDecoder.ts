import { errorMessage } from '../../domain/errors.ts';
import { ImageProblem } from '../images/index.ts';
import { parentLink } from '../processes/index.ts';
import { doJob } from './jobs.ts';
import { LargePicture } from './largePicture.ts';
import type { DecoderLimits } from './limits.ts';
import { type JobWatch, startLimitWatch } from './limitWatch.ts';
import { type DecoderReply, type DecoderRequest, decoderRequestSchema } from './messages.ts';
import { PixelBudget } from './pixelBudget.ts';

/** The life of a decoding process. It does all jobs that it is handed at once, as far as their pixels go together. */
export function serveDecoder(entry: string): void {
  const link = parentLink();
  const reply = (message: DecoderReply) => link.send(message);
  let limits: DecoderLimits | null = null;
  let budget: PixelBudget | null = null;
  let beginWatch: (() => JobWatch) | null = null;

  link.onMessage((message) => {
    const request = decoderRequestSchema.parse(message);
    if (request.kind === 'job') {
      void serve(request);
      return;
    }
    limits = request.limits;
    budget = new PixelBudget(limits.pixels);
    beginWatch = startLimitWatch(entry, limits);
    reply({ kind: 'ready' });
  });

  async function serve({ key, job }: Extract<DecoderRequest, { kind: 'job' }>): Promise<void> {
    if (limits === null || budget === null || beginWatch === null) throw new Error('not started');
    const { pixels: mostPixels } = limits;
    const turn = budget.queue();
    const watch = beginWatch();
    watch.reading();
    try {
      const answer = await doJob(job, async (pixels) => {
        if (pixels > mostPixels) throw new LargePicture();
        watch.rest();
        await turn.take(pixels);
        watch.decoding(pixels);
      });
      reply({ kind: 'done', key, answer });
    } catch (error) {
      reply(failure(key, error));
    } finally {
      watch.over();
      turn.giveBack();
    }
  }
}

function failure(key: number, error: unknown): DecoderReply {
  if (error instanceof LargePicture) return { kind: 'large', key };
  if (error instanceof ImageProblem) return { kind: 'problem', key, problem: error.reason };
  return { kind: 'problem', key, problem: `it cannot be decoded (${errorMessage(error)})` };
}
