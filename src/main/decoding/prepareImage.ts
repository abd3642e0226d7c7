import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { errorMessage } from '../../domain/errors.ts';
import type { Framing } from '../../domain/framing/framing.ts';
import type { ImageSource } from '../../domain/imageSource.ts';
import type { FileFacts, ImageFacts } from '../../domain/inference.ts';
import { onDisk } from '../files/index.ts';
import {
  type BeforeDecoding,
  measureQuality,
  openImage,
  perceptualHash,
  pixelsSha256,
  toModelInput,
} from '../images/index.ts';
import { LargePicture } from './largePicture.ts';

/** An image as a model takes it: its facts and its [S, S, 3] RGB bytes, or what is wrong with it. */
export type PreparedImage = { file: FileFacts | null } & (
  | { ok: true; image: ImageFacts; input: Uint8Array }
  | { ok: false; problem: string }
);

/** The side that hashes and quality are measured at, whatever side a model takes: they are compared between models. */
const MEASURED_SIDE = 112;

/** Reads and decodes one image. Whatever is wrong with it is its problem. @throws LargePicture */
export async function prepareImage(
  source: ImageSource,
  inputSize: number,
  framing: Framing | null,
  beforeDecoding: BeforeDecoding,
): Promise<PreparedImage> {
  const { path, region, place = null } = source;
  let file: FileFacts | null = null;
  try {
    // Before the bytes, so that a file written meanwhile is seen as changed; openImage says what is wrong.
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
    // Of the image as it is, however it is framed: copies have to stay copies.
    const measured = inputSize === MEASURED_SIDE ? asItIs : await toModelInput(decoded, MEASURED_SIDE);
    const image: ImageFacts = {
      width: decoded.width,
      height: decoded.height,
      format: decoded.format,
      pixelsSha256: pixelsSha256(decoded),
      perceptualHash: perceptualHash(measured),
      ...measureQuality(measured, MEASURED_SIDE),
    };
    return { file, ok: true, image, input };
  } catch (error) {
    if (error instanceof LargePicture) throw error;
    return { file, ok: false, problem: errorMessage(error) };
  }
}
