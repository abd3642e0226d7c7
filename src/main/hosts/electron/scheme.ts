import { protocol, type Session } from 'electron';
import { PAGE_ORIGIN, SCHEME } from '../../../protocol/desktop.ts';
import type { CoreAddress } from './core/supervisor.ts';
import { developmentServer, servedPageFile } from './developmentServer.ts';
import { pageFile } from './pageFiles.ts';
import { relay } from './relay.ts';

/** Before the app is ready: makes the app's own scheme one that pages can be loaded from, as from https. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Answers the page's requests: its files from the application or Vite's server, everything under /api from the core. */
export function answerScheme(
  session: Session,
  pageFolder: string,
  core: { readonly address: Promise<CoreAddress> },
): void {
  const server = developmentServer();
  session.protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    const origin = request.headers.get('origin');
    if (url.origin !== PAGE_ORIGIN && `${url.protocol}//${url.host}` !== PAGE_ORIGIN)
      return new Response('', { status: 404 });
    if (origin !== null && origin !== PAGE_ORIGIN) return new Response('', { status: 403 });
    if (url.pathname.startsWith('/api/')) return relay(request, core.address);
    if (server !== null) return servedPageFile(server, request);
    return pageFile(pageFolder, url.pathname);
  });
}
