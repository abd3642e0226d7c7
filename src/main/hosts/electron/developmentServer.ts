import { app } from 'electron';

/** Vite's server, where `npm run dev` started the app. In a packaged app no variable chooses what it shows. */
export function developmentServer(): URL | null {
  const address = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
  return address === undefined ? null : new URL(address);
}

/** A file of the page as Vite serves it, by the address that the window asked for. */
export async function servedPageFile(server: URL, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const answer = await fetch(new URL(pathname + search, server), {
    headers: { accept: request.headers.get('accept') ?? '*/*' },
  });
  return new Response(answer.body, {
    status: answer.status,
    headers: { 'content-type': answer.headers.get('content-type') ?? 'application/octet-stream' },
  });
}
