import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { ApiError } from '../../protocol/api.ts';

interface AccessOptions {
  /** Whoever has it may use this server. */
  token: string;
  /** Allowed values of the Host header, `127.0.0.1:4000`; a page on another name (DNS rebinding) is refused. */
  hosts: () => readonly string[];
  /** Cookies are shared by all ports of a host, so each server has its own. */
  cookieName: () => string;
}

/**
 * Lets in who has the token: in the URL once (traded for an HttpOnly cookie, since <img> and EventSource send
 * no headers), in that cookie, or as a bearer token. Requests that other sites make are refused.
 */
export function access({ token, hosts, cookieName }: AccessOptions): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context;
    const refuse = (message: string, hint: string, status: 401 | 403) =>
      context.json({ code: 'bad-request', message, hint } satisfies ApiError, status);

    const host = req.header('host') ?? '';
    if (!hosts().includes(host))
      return refuse(`unknown host ${host}`, 'Use the address that was printed.', 403);
    const bearer = req.header('authorization')?.replace(/^Bearer /, '');
    const origin = req.header('origin');
    const writes = req.method !== 'GET' && req.method !== 'HEAD';
    const foreign = origin === undefined ? writes && bearer === undefined : origin !== `http://${host}`;
    if (foreign)
      return refuse('this request comes from another page', 'Use the address that was printed.', 403);

    const fromUrl = req.query('token');
    if (fromUrl !== undefined && req.method === 'GET' && same(fromUrl, token)) {
      setCookie(context, cookieName(), token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      const url = new URL(req.url);
      url.searchParams.delete('token');
      return context.redirect(`${url.pathname}${url.search}`);
    }
    const given = bearer ?? getCookie(context, cookieName()) ?? '';
    if (!same(given, token)) {
      return refuse('this page needs its token', 'Open the whole address that `grefel serve` printed.', 401);
    }
    return next();
  };
}

/** Compares in constant time, so that the duration reveals nothing. */
function same(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
