import { stat } from 'node:fs/promises';
import { errorMessage } from '../../domain/errors.ts';
import type { ImageSource } from '../../domain/imageSource.ts';
import { onDisk } from '../files/index.ts';
import { type BeforeDecoding, type FramedImage, layInFrame, openImage } from '../images/index.ts';
import { LargePicture } from './largePicture.ts';

/** A file as it was when it was decoded. */
export interface FramedFile {
  sizeBytes: number;
  mtimeMs: number;
}

/** An image in the middle of a frame, or its problem. */
export type PreparedFrame = { file: FramedFile | null } & (
  | { ok: true; width: number; height: number; frame: FramedImage }
  | { ok: false; problem: string }
);

/** Reads and decodes one image for a frame. Any error is the image's problem. @throws LargePicture */
export async function frameImage(
  source: ImageSource,
  size: { width: number; height: number },
  beforeDecoding: BeforeDecoding,
): Promise<PreparedFrame> {
  let file: FramedFile | null = null;
  try {
    // Taken before the bytes, so that a file written meanwhile counts as changed; openImage reports errors.
    const facts = await stat(onDisk(source.path, source.place ?? null)).catch(() => null);
    if (facts !== null) file = { sizeBytes: facts.size, mtimeMs: facts.mtimeMs };
    const decoded = await (await openImage(source, beforeDecoding)).decode();
    const { width, height } = decoded;
    return { file, ok: true, width, height, frame: layInFrame(decoded, size.width, size.height) };
  } catch (error) {
    if (error instanceof LargePicture) throw error;
    return { file, ok: false, problem: errorMessage(error) };
  }
}
