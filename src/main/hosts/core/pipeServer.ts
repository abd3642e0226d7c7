import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { access } from '../../api/access.ts';
import { createApi } from '../../api/app.ts';
import { errorResponse } from '../../api/errors.ts';
import type { Host } from '../../api/host.ts';
import { CORE_HOST } from './messages.ts';

export interface PipeServer {
  close(): Promise<void>;
}

/** Serves the API on a private pipe to whoever has the token. The page itself comes from the shell. */
export async function serveOnPipe(host: Host, pipe: string, token: string): Promise<PipeServer> {
  const app = new Hono()
    .onError(errorResponse)
    .use(access({ token, hosts: () => [CORE_HOST], cookieName: () => 'grefel' }))
    .route('/', createApi(host));
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(pipe, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections(); // event streams stay open for ever
      }),
  };
}
