import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ServerEvent, ServerEventName, ServerEvents } from '../../protocol/api.ts';
import type { Host } from './host.ts';

const HEARTBEAT_MS = 15_000;
/** A scan reports each batch; a page needs it no oftener than this. */
const JOB_INTERVAL_MS = 500;

/** The host's events as server-sent events, until the page goes away. */
export function eventStream(context: Context, host: Pick<Host, 'on' | 'off'>): Response {
  return streamSSE(context, async (stream) => {
    const isDue = limitJobs();
    const send = (name: ServerEventName, event: ServerEvent<ServerEventName>) => {
      if (isDue(name, event)) void stream.writeSSE({ event: name, data: JSON.stringify(event) });
    };
    host.on('any', send);
    const heartbeat = setInterval(() => void stream.write(': still here\n\n'), HEARTBEAT_MS);
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    clearInterval(heartbeat);
    host.off('any', send);
  });
}

/** A running job is sent at most every JOB_INTERVAL_MS, everything else at once. */
function limitJobs(): (name: ServerEventName, event: ServerEvent<ServerEventName>) => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (name, { data }) => {
    if (name !== 'job') return true;
    const now = performance.now();
    if ((data as ServerEvents['job']).state === 'running' && now - lastMs < JOB_INTERVAL_MS) return false;
    lastMs = now;
    return true;
  };
}
