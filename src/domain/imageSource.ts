import { z } from 'zod';

/** A picture that is a part of a file's bytes, or a row of it. */
const pictureSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pixel-text'), offset: z.int().min(0), length: z.int().min(0) }),
  z.object({ kind: z.literal('encoded'), offset: z.int().min(0), length: z.int().min(0) }),
  z.object({ kind: z.literal('parquet'), row: z.int().min(0), column: z.string() }),
]);

/**
 * Which part of a file is one picture. Without a region the picture is the whole file.
 *
 * - `box`: a part of the upright image, in pixels or in fractions of its sides, clipped to the image; of the
 *   picture within the file, if the file is not an image itself.
 * - `pixel-text`: decimal grey values of a square picture, rows first, as text at a byte range.
 * - `encoded`: an image file's bytes at a byte range.
 * - `parquet`: the image of one row of a Parquet file, counted from 0.
 */
export const imageRegionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('box'),
    unit: z.enum(['pixel', 'fraction']).optional(),
    left: z.number(),
    top: z.number(),
    width: z.number().positive(),
    height: z.number().positive(),
    picture: pictureSchema.optional(),
  }),
  ...pictureSchema.options,
]);
export type ImageRegion = z.infer<typeof imageRegionSchema>;
export type BoxRegion = ImageRegion & { kind: 'box' };

/**
 * The dataset that a file belongs to. The file must be in its folder once every link is resolved, unless the
 * user allows links out of it. The folder is absolute.
 */
export const datasetPlaceSchema = z.object({ folder: z.string().min(1), followsLinks: z.boolean() });
export type DatasetPlace = z.infer<typeof datasetPlaceSchema>;

/** Where the pixels of a sample are. */
export interface ImageSource {
  /** Absolute. */
  path: string;
  /** Null for the whole file. */
  region: ImageRegion | null;
  /** The dataset that the file belongs to: links must lead into its folder; null for any file. */
  place?: DatasetPlace | null | undefined;
}
