import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ServerEvents } from '../../shared/api.ts';
import type { Host } from './host.ts';

const HEARTBEAT_MS = 15_000;
/** A scan reports each batch; a page needs it no oftener than this. */
const JOB_INTERVAL_MS = 200;

/** The host's events as server-sent events, until the page goes away. */
export function eventStream(context: Context, host: Host): Response {
  return streamSSE(context, async (stream) => {
    let lastJobMs = 0;
    const send = <Name extends keyof ServerEvents>(event: Name, data: ServerEvents[Name]) => {
      void stream.writeSSE({ event, data: JSON.stringify(data) });
    };
    const onJob = (job: ServerEvents['job']) => {
      const now = performance.now();
      if (job.state === 'running' && now - lastJobMs < JOB_INTERVAL_MS) return;
      lastJobMs = now;
      send('job', job);
    };
    const onCounts = (counts: ServerEvents['counts']) => send('counts', counts);
    const onVerdicts = (changes: ServerEvents['verdicts']) => send('verdicts', changes);
    const onMap = (map: ServerEvents['map']) => send('map', map);
    const onState = () => send('state', null);
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
