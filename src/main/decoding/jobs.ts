import { z } from 'zod';
import { framingSchema } from '../../domain/framing/framing.ts';
import { datasetPlaceSchema, imageRegionSchema } from '../../domain/imageSource.ts';
import {
  type BeforeDecoding,
  ImageProblem,
  openImage,
  type RenderedImage,
  renderForBrowser,
  renderPhotograph,
  renderPixels,
  renderThumbnail,
  shorterSide,
  shownAsItIs,
  toModelInput,
} from '../images/index.ts';
import { frameImage, type PreparedFrame } from './frameImage.ts';
import { type PreparedImage, prepareImage } from './prepareImage.ts';

const sourceSchema = z.object({
  path: z.string().min(1),
  region: imageRegionSchema.nullable(),
  place: datasetPlaceSchema.nullish(),
});
const sideSchema = z.int().min(1).max(4096);

/** Purposes of decoding. Sides in pixels, the longer one of small pictures. */
export const jobSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('model-input'),
    source: sourceSchema,
    side: sideSchema,
    framing: framingSchema.nullable(),
  }),
  z.object({
    kind: z.literal('framed'),
    source: sourceSchema,
    side: sideSchema,
    framing: framingSchema.nullable(),
  }),
  z.object({ kind: z.literal('frame'), source: sourceSchema, width: sideSchema, height: sideSchema }),
  z.object({ kind: z.literal('thumbnail'), source: sourceSchema, side: sideSchema }),
  z.object({ kind: z.literal('photograph'), source: sourceSchema, side: sideSchema }),
  z.object({ kind: z.literal('full'), source: sourceSchema }),
]);
export type DecodeJob = z.infer<typeof jobSchema>;
type Job<Kind extends DecodeJob['kind']> = DecodeJob & { kind: Kind };

/** A small picture, and of an image file its shorter side in pixels. */
export type Thumbnail = RenderedImage & { side: number | null };
/** A picture in full size; `bytes` is null if it is the unchanged file. */
export type FullPicture = Omit<RenderedImage, 'bytes'> & { bytes: Uint8Array | null };

export interface DecodeAnswers {
  'model-input': PreparedImage;
  framed: RenderedImage;
  frame: PreparedFrame;
  thumbnail: Thumbnail;
  photograph: RenderedImage;
  full: FullPicture;
}

type Worker<Kind extends DecodeJob['kind']> = (
  job: Job<Kind>,
  beforeDecoding: BeforeDecoding,
) => Promise<DecodeAnswers[Kind]>;

/** How each job is done. @throws ImageProblem, LargePicture */
const workers: { [Kind in DecodeJob['kind']]: Worker<Kind> } = {
  'model-input': ({ source, side, framing }, beforeDecoding) =>
    prepareImage(source, side, framing, beforeDecoding),
  framed: async ({ source, side, framing }, beforeDecoding) => {
    const image = await (await openImage(source, beforeDecoding)).decode();
    return renderPixels(await toModelInput(image, side, framing), side);
  },
  frame: ({ source, width, height }, beforeDecoding) => frameImage(source, { width, height }, beforeDecoding),
  thumbnail: async ({ source, side }, beforeDecoding) => {
    const image = await openImage(source, beforeDecoding);
    return { ...(await renderThumbnail(image, side)), side: shorterSide(image) };
  },
  photograph: ({ source, side }, beforeDecoding) => {
    const { region } = source;
    if (region?.kind !== 'box') throw new ImageProblem('it is not cropped from a photograph');
    return renderPhotograph(source, region, side, beforeDecoding);
  },
  full: async ({ source }, beforeDecoding) => {
    const image = await openImage(source, beforeDecoding);
    const contentType = source.region === null ? shownAsItIs(image) : null;
    return contentType === null ? renderForBrowser(image) : { contentType, bytes: null };
  },
};

/** Does a job in this process. @throws ImageProblem, LargePicture */
export function doJob(job: DecodeJob, beforeDecoding: BeforeDecoding): Promise<unknown> {
  const work = workers[job.kind] as Worker<DecodeJob['kind']>;
  return work(job, beforeDecoding);
}
