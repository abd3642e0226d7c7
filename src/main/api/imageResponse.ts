import type { Context } from 'hono';
import { AppError } from '../../domain/errors.ts';
import type { ImageSource } from '../../domain/imageSource.ts';
import type { Pictures } from '../decoding/index.ts';
import { ImageProblem, isPassingFileProblem, type RenderedImage } from '../images/index.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';

/**
 * How a sample's picture is shown: full size; small; or small with the whole photograph that it was cut from.
 * Sides in pixels, the longer one.
 */
type PictureSize = { kind: 'full' } | { kind: 'thumbnail' | 'photograph'; side: number };

export type PictureHost = DatasetHost<'sample' | 'sourceOf', 'pictures'>;

/** A sample's picture in a form that browsers show. @throws AppError `not-found` if there is none */
export async function imageResponse(
  context: Context,
  host: PictureHost,
  sampleId: number,
  view: PictureSize,
): Promise<Response> {
  const { pictures } = host;
  const workspace = workspaceOf(host, context);
  const sample = workspace.sample(sampleId);
  const region = sample.region === null ? '' : JSON.stringify(sample.region);
  const etag = `"${sample.sizeBytes}-${sample.mtimeMs}-${encodeURIComponent(JSON.stringify(view) + region)}"`;
  if (context.req.header('if-none-match') === etag) return context.body(null, 304);
  try {
    const { bytes, contentType } = await render({
      pictures,
      source: workspace.sourceOf(sample),
      view,
      signal: context.req.raw.signal,
    });
    return context.body(new Uint8Array(bytes), 200, {
      'content-type': contentType,
      'cache-control': 'private, max-age=300',
      etag,
      'x-content-type-options': 'nosniff',
    });
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    const hint = isPassingFileProblem(error.reason)
      ? 'Check the file, its folder and its drive, and try again.'
      : 'Replace the file and scan again, or exclude the image.';
    throw new AppError('not-found', `${sample.image}: ${error.reason}`, hint, { cause: error });
  }
}

interface Rendering {
  pictures: Pictures;
  source: ImageSource;
  view: PictureSize;
  /** The page has turned away. */
  signal: AbortSignal;
}

function render({ pictures, source, view, signal }: Rendering): Promise<RenderedImage> {
  if (view.kind === 'full') return pictures.full(source, signal);
  return pictures[view.kind](source, view.side, signal);
}
