import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { errorMessage } from '../../shared/errors.ts';
import type { FileFacts, ImageFacts } from '../../shared/inference.ts';
import { onDisk } from '../files/index.ts';
import { measureQuality, openImage, perceptualHash, pixelsSha256, toModelInput } from '../images/index.ts';
import type { EngineItem } from './types.ts';

/** An image on its way to the model: its facts and its [S, S, 3] RGB bytes, or what is wrong with it. */
export type PreparedImage = { id: number; file: FileFacts | null } & (
  | { ok: true; image: ImageFacts; input: Uint8Array }
  | { ok: false; problem: string }
);

/** Reads and decodes one image. Whatever is wrong with it is its problem: this never throws. */
export async function prepareImage(
  { id, path, region = null, place = null }: EngineItem,
  inputSize: number,
): Promise<PreparedImage> {
  let file: FileFacts | null = null;
  try {
    // Before the bytes, so that a file written meanwhile is seen as changed; openImage says what is wrong.
    const facts = await stat(onDisk(path, place)).catch(() => null);
    const opened = await openImage({ path, region, place });
    file = {
      sizeBytes: region === null ? opened.bytes.length : (facts?.size ?? 0),
      mtimeMs: facts?.mtimeMs ?? 0,
      contentSha256: createHash('sha256').update(opened.bytes).digest('hex'),
    };
    const decoded = await opened.decode();
    const input = await toModelInput(decoded, inputSize);
    const image: ImageFacts = {
      width: decoded.width,
      height: decoded.height,
      format: decoded.format,
      pixelsSha256: pixelsSha256(decoded),
      perceptualHash: perceptualHash(input),
      ...measureQuality(input, inputSize),
    };
    return { id, file, ok: true, image, input };
  } catch (error) {
    return { id, file, ok: false, problem: errorMessage(error) };
  }
}
