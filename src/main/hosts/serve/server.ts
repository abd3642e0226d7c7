import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { relative } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { AppError, errorMessage } from '../../../domain/errors.ts';
import { CONTENT_SECURITY_POLICY } from '../../../protocol/contentSecurityPolicy.ts';
import { access } from '../../api/access.ts';
import { createApi } from '../../api/app.ts';
import { errorResponse } from '../../api/errors.ts';
import type { Host } from '../../api/host.ts';

const LOOPBACK = '127.0.0.1';

export interface ServeOptions {
  /** 0 takes any free port. */
  port: number;
  /** Folder of the built page. */
  pageFolder: string;
  /** Random unless given. */
  token?: string | undefined;
}

export interface RunningServer {
  /** Address with the token, to be opened in a browser on this machine. */
  url: string;
  port: number;
  token: string;
  close(): Promise<void>;
}

/**
 * Serves the page and the API on the loopback interface, to whoever has the token.
 * @throws AppError `bad-request` where the port is taken or the page is not built
 */
export async function serveHost(host: Host, options: ServeOptions): Promise<RunningServer> {
  if (!existsSync(options.pageFolder)) {
    throw new AppError(
      'bad-request',
      `the page is not built (${options.pageFolder} is missing)`,
      'Run: npm run build',
    );
  }
  const token = options.token ?? randomBytes(24).toString('base64url');
  let port = 0;
  const app = new Hono()
    .onError(errorResponse)
    .use(
      access({
        token,
        hosts: () => [`${LOOPBACK}:${port}`, `localhost:${port}`],
        cookieName: () => `grefel_${port}`,
      }),
    )
    .use(async (context, next) => {
      await next();
      context.header('content-security-policy', CONTENT_SECURITY_POLICY);
      context.header('referrer-policy', 'no-referrer');
    })
    .route('/', createApi(host))
    .use(serveStatic({ root: relative(process.cwd(), options.pageFolder) || '.' }));
  const server = await listen(app.fetch, options.port);
  port = (server.address() as AddressInfo).port;
  return { url: `http://${LOOPBACK}:${port}/?token=${token}`, port, token, close: () => close(server) };
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: LOOPBACK }, () => resolve(server));
    server.on('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new AppError(
              'bad-request',
              `port ${port} is in use`,
              'Choose another with --port, or 0 for any free one.',
            )
          : new AppError(
              'bad-request',
              `cannot listen on port ${port} (${errorMessage(error)})`,
              'Choose another with --port.',
            ),
      );
    });
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections(); // event streams stay open for ever
  });
}
