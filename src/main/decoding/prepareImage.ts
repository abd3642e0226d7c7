import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { errorMessage } from '../../domain/errors.ts';
import type { Framing } from '../../domain/framing/framing.ts';
import type { ImageSource } from '../../domain/imageSource.ts';
import type { FileFacts, ImageFacts } from '../../domain/inference.ts';
import { onDisk } from '../files/index.ts';
import {
  type BeforeDecoding,
  greyOf,
  measureQuality,
  openImage,
  perceptualHash,
  pixelsSha256,
  toModelInput,
} from '../images/index.ts';
import { LargePicture } from './largePicture.ts';

/** An image in the form of a model's input: its facts and its [S, S, 3] RGB bytes, or its problem. */
export type PreparedImage = { file: FileFacts | null } & (
  | { ok: true; image: ImageFacts; input: Uint8Array }
  | { ok: false; problem: string }
);

/** The side that hashes and quality are measured at, whatever side a model takes: they are compared between models. */
const MEASURED_SIDE = 112;

/** Reads and decodes one image. Any error is the image's problem. @throws LargePicture */
export async function prepareImage(
  source: ImageSource,
  inputSize: number,
  framing: Framing | null,
  beforeDecoding: BeforeDecoding,
): Promise<PreparedImage> {
  const { path, region, place = null } = source;
  let file: FileFacts | null = null;
  try {
    // Taken before the bytes, so that a file written meanwhile counts as changed; openImage reports errors.
    const facts = await stat(onDisk(path, place)).catch(() => null);
    const opened = await openImage(source, beforeDecoding);
    file = {
      sizeBytes: region === null ? opened.bytes.length : (facts?.size ?? 0),
      mtimeMs: facts?.mtimeMs ?? 0,
      contentSha256: createHash('sha256').update(opened.bytes).digest('hex'),
    };
    const decoded = await opened.decode();
    const asItIs = await toModelInput(decoded, inputSize);
    const input = framing === null ? asItIs : await toModelInput(decoded, inputSize, framing);
    // Of the image without framing: duplicates must stay duplicates.
    const grey = greyOf(inputSize === MEASURED_SIDE ? asItIs : await toModelInput(decoded, MEASURED_SIDE));
    const image: ImageFacts = {
      width: decoded.width,
      height: decoded.height,
      format: decoded.format,
      pixelsSha256: pixelsSha256(decoded),
      perceptualHash: perceptualHash(grey),
      ...measureQuality(grey, MEASURED_SIDE),
    };
    return { file, ok: true, image, input };
  } catch (error) {
    if (error instanceof LargePicture) throw error;
    return { file, ok: false, problem: errorMessage(error) };
  }
}
