import type { Context } from 'hono';
import { AppError } from '../../shared/errors.ts';
import type { ImageSource } from '../../shared/imageSource.ts';
import {
  ImageProblem,
  openImage,
  type RenderedImage,
  renderForBrowser,
  renderPhotograph,
  renderThumbnail,
} from '../images/index.ts';
import type { Workspace } from '../workflow/index.ts';

/**
 * How a sample's picture is shown: as it is; small; or small with all of the photograph that it was cut out of. Sides
 * in pixels, the longer one.
 */
export type PictureView = { kind: 'full' } | { kind: 'thumbnail' | 'photograph'; side: number };

/** A sample's picture as a browser can show it. @throws AppError `not-found` where there is none */
export async function imageResponse(
  context: Context,
  workspace: Workspace,
  sampleId: number,
  view: PictureView,
): Promise<Response> {
  const sample = workspace.sample(sampleId);
  const region = sample.region === null ? '' : JSON.stringify(sample.region);
  const etag = `"${sample.sizeBytes}-${sample.mtimeMs}-${encodeURIComponent(JSON.stringify(view) + region)}"`;
  if (context.req.header('if-none-match') === etag) return context.body(null, 304);
  try {
    const { bytes, contentType } = await render(workspace.sourceOf(sample), view);
    return context.body(new Uint8Array(bytes), 200, {
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

async function render(source: ImageSource, view: PictureView): Promise<RenderedImage> {
  const { region } = source;
  if (view.kind === 'photograph') {
    if (region?.kind !== 'box') throw new ImageProblem('it is not cut out of a photograph');
    return renderPhotograph(source, region, view.side);
  }
  const image = await openImage(source);
  return view.kind === 'full' ? renderForBrowser(image) : renderThumbnail(image, view.side);
}
