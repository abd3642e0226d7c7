import type { Context } from 'hono';
import { asFailure } from '../opened/index.ts';

/**
 * A file that is written while it is sent. An error before the first part is an ordinary answer; a later one
 * breaks the connection, so that no browser takes half a file for a whole one. A HEAD request, which gets no content, ends the writing.
 */
export async function download(
  context: Context,
  file: { mediaType: string; fileName: string },
  chunks: AsyncIterable<Uint8Array | string>,
): Promise<Response> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const headers = {
    'content-type': file.mediaType,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
  };
  if (context.req.method === 'HEAD') {
    await iterator.return?.();
    return context.body(null, 200, headers);
  }
  const encoder = new TextEncoder();
  const bytes = (chunk: Uint8Array | string) => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.done) controller.close();
      else controller.enqueue(bytes(first.value));
    },
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(bytes(value));
      } catch (error) {
        controller.error(withoutStack(error));
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return context.body(body, 200, headers);
}

/** The server logs why a connection broke. */
function withoutStack(error: unknown): Error {
  const { message, hint } = asFailure(error);
  const broken = new Error(`the download was broken off: ${message}. ${hint}`);
  broken.stack = broken.message;
  return broken;
}
