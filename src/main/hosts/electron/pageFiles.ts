import { readFile } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { getMimeType } from 'hono/utils/mime';
import { CONTENT_SECURITY_POLICY } from '../../../protocol/contentSecurityPolicy.ts';

/** A file of the built page, by the path of its address; nothing outside `pageFolder` is served. */
export async function pageFile(pageFolder: string, pathname: string): Promise<Response> {
  const name = normalize(decodeURIComponent(pathname === '/' ? '/index.html' : pathname));
  const file = join(pageFolder, name);
  if (!file.startsWith(`${pageFolder}${sep}`)) return new Response('', { status: 404 });
  try {
    return new Response(await readFile(file), {
      headers: {
        'content-type': getMimeType(file) ?? 'application/octet-stream',
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
      },
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) throw error;
    return new Response('', { status: 404 });
  }
}
