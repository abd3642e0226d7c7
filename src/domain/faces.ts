import { z } from 'zod';
import type { BoxRegion } from './imageSource.ts';

/**
 * Which part of an image is the face: the whole image, whatever boxes the dataset has; the dataset's box, if
 * it has one; or, for images without a box, the faces that a detector finds.
 */
export const FACE_CHOICES = ['none', 'box', 'detect'] as const;
export const faceChoiceSchema = z.enum(FACE_CHOICES);
export type FaceChoice = z.infer<typeof faceChoiceSchema>;

export const DEFAULT_FACES: FaceChoice = 'box';

/** A face that the detector found, in pixels of the upright image; it may be partly outside. */
export const detectedFaceSchema = z.object({
  left: z.number(),
  top: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
  /** The detector's confidence, 0 to 1. */
  score: z.number(),
});
export type DetectedFace = z.infer<typeof detectedFaceSchema>;

/** Which of an image's faces a sample is, 1 for the most prominent; 0 of 0 if none was found. */
export interface FacePlace {
  number: number;
  of: number;
}

/** Longer side in pixels under which a face shows no expression: half of FER2013's images. */
const SMALLEST_FACE = 24;

/**
 * The faces that are large enough, the most prominent first: the largest unless another is nearer to the middle. An
 * image's label is about that one, as a rule. The measure is the usual one for photographs of one person with others
 * behind them: the area, less twice the squared distance from the middle.
 */
export function rankFaces(
  faces: readonly DetectedFace[],
  image: { width: number; height: number },
): DetectedFace[] {
  const prominence = ({ left, top, width, height }: DetectedFace) =>
    width * height -
    2 * ((left + width / 2 - image.width / 2) ** 2 + (top + height / 2 - image.height / 2) ** 2);
  return faces
    .filter(({ width, height }) => Math.max(width, height) >= SMALLEST_FACE)
    .sort((a, b) => prominence(b) - prominence(a) || a.left - b.left || a.top - b.top);
}

/**
 * The square that the model gets for a detected face: as high as the detector's box, around its middle. On
 * FER2013's crops, which the model was trained on, it covers about four fifths of the crop
 * (docs/datasets.md).
 */
export function cropOfFace({ left, top, width, height }: DetectedFace): BoxRegion {
  const side = Math.max(width, height);
  return {
    kind: 'box',
    left: Math.round(left + (width - side) / 2),
    top: Math.round(top + (height - side) / 2),
    width: Math.round(side),
    height: Math.round(side),
  };
}
