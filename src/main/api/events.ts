import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ServerEvent, ServerEventName, ServerEvents } from '../../protocol/api.ts';
import type { Revision } from '../../protocol/revision.ts';
import type { Host } from './host.ts';

const HEARTBEAT_MS = 15_000;
/** A scan reports each batch; a page needs it no oftener than this. */
const JOB_INTERVAL_MS = 200;

/** The host's events as server-sent events, until the page goes away. */
export function eventStream(context: Context, host: Host): Response {
  return streamSSE(context, async (stream) => {
    let lastJobMs = 0;
    const sender = <Name extends ServerEventName>(name: Name) => {
      return (told: ServerEvents[Name], revision: Revision) => {
        const event: ServerEvent<Name> = { told, revision };
        void stream.writeSSE({ event: name, data: JSON.stringify(event) });
      };
    };
    const sendJob = sender('job');
    const onJob: typeof sendJob = (job, revision) => {
      const now = performance.now();
      if (job.state === 'running' && now - lastJobMs < JOB_INTERVAL_MS) return;
      lastJobMs = now;
      sendJob(job, revision);
    };
    const [onCounts, onVerdicts] = [sender('counts'), sender('verdicts')];
    const [onMap, onState] = [sender('map'), sender('state')];
    host
      .on('job', onJob)
      .on('counts', onCounts)
      .on('verdicts', onVerdicts)
      .on('map', onMap)
      .on('state', onState);
    const heartbeat = setInterval(() => void stream.write(': still here\n\n'), HEARTBEAT_MS);
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    clearInterval(heartbeat);
    host
      .off('job', onJob)
      .off('counts', onCounts)
      .off('verdicts', onVerdicts)
      .off('map', onMap)
      .off('state', onState);
  });
}
