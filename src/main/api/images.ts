import { join } from 'node:path';
import type { Context } from 'hono';
import { AppError } from '../../shared/errors.ts';
import { ImageProblem, openImage, renderForBrowser, renderThumbnail } from '../images/index.ts';
import type { Workspace } from '../workflow/index.ts';

/** A sample's picture as a browser can show it; small, where a side is given. */
export async function imageResponse(
  context: Context,
  workspace: Workspace,
  sampleId: number,
  sidePixels: number | null,
): Promise<Response> {
  const sample = workspace.sample(sampleId);
  const region = sample.region === null ? '' : `-${JSON.stringify(sample.region)}`;
  const etag = `"${sample.sizeBytes}-${sample.mtimeMs}-${sidePixels ?? 'full'}${encodeURIComponent(region)}"`;
  if (context.req.header('if-none-match') === etag) return context.body(null, 304);
  try {
    const image = await openImage({ path: join(workspace.folder, sample.path), region: sample.region });
    const { bytes: body, contentType } = await (sidePixels === null
      ? renderForBrowser(image)
      : renderThumbnail(image, sidePixels));
    return context.body(new Uint8Array(body), 200, {
      'content-type': contentType,
      'cache-control': 'private, max-age=300',
      etag,
      'x-content-type-options': 'nosniff',
    });
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    throw new AppError('not-found', `${sample.image}: ${error.reason}`, '', { cause: error });
  }
}
