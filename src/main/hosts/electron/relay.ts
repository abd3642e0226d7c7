import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { AppError } from '../../../domain/errors.ts';
import type { ApiError } from '../../../protocol/api.ts';
import { CORE_HOST } from '../core/messages.ts';
import type { CoreAddress } from './core/supervisor.ts';

/**
 * Headers of a page's request that are passed to the core; cookies, origin and referrer stay in the shell.
 */
const PASSED_HEADERS = ['accept', 'content-type', 'if-none-match', 'if-modified-since', 'range'];
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * Hands a request of the page on to the core and its answer back, both as streams.
 * @throws where the core goes away before it has answered
 */
export async function relay(request: Request, address: Promise<CoreAddress>): Promise<Response> {
  let core: CoreAddress;
  try {
    core = await address;
  } catch (error) {
    if (error instanceof AppError) return failureResponse(error);
    throw error;
  }
  const answer = await send(request, core);
  const status = answer.statusCode ?? 502;
  const body = WITHOUT_BODY.has(status) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
  return new Response(body, { status, headers: headersOf(answer.headers) });
}

function send(request: Request, { pipe, token }: CoreAddress): Promise<IncomingMessage> {
  const { pathname, search } = new URL(request.url);
  const headers: Record<string, string> = { host: CORE_HOST, authorization: `Bearer ${token}` };
  for (const name of PASSED_HEADERS) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      socketPath: pipe,
      method: request.method,
      path: `${pathname}${search}`,
      headers,
    });
    outgoing.once('response', resolve).once('error', reject);
    request.signal?.addEventListener('abort', () => outgoing.destroy());
    if (request.body === null) outgoing.end();
    else pipeline(Readable.fromWeb(request.body as NodeReadableStream), outgoing).catch(reject);
  });
}

function headersOf(headers: IncomingHttpHeaders): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'connection' || name === 'keep-alive' || name === 'transfer-encoding') continue;
    if (value !== undefined) result.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return result;
}

function failureResponse({ code, message, hint }: AppError): Response {
  return Response.json({ code, message, hint } satisfies ApiError, { status: 503 });
}
