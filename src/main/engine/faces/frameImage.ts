import { stat } from 'node:fs/promises';
import { errorMessage } from '../../../shared/errors.ts';
import { onDisk } from '../../files/index.ts';
import { type FramedImage, layInFrame, openImage } from '../../images/index.ts';
import type { EngineItem } from '../types.ts';
import { FRAME } from './detectorFile.ts';
import type { SearchedFile } from './types.ts';

/** An image on its way to the detector, or what is wrong with it. */
export type PreparedFrame = { id: number; file: SearchedFile | null } & (
  | { ok: true; width: number; height: number; frame: FramedImage }
  | { ok: false; problem: string }
);

/** Reads and decodes one image for the detector. Whatever is wrong with it is its problem: this never throws. */
export async function frameImage({
  id,
  path,
  region = null,
  place = null,
}: EngineItem): Promise<PreparedFrame> {
  let file: SearchedFile | null = null;
  try {
    // Before the bytes, so that a file written meanwhile is seen as changed; openImage says what is wrong.
    const facts = await stat(onDisk(path, place)).catch(() => null);
    if (facts !== null) file = { sizeBytes: facts.size, mtimeMs: facts.mtimeMs };
    const decoded = await (await openImage({ path, region, place })).decode();
    const { width, height } = decoded;
    return { id, file, ok: true, width, height, frame: layInFrame(decoded, FRAME.width, FRAME.height) };
  } catch (error) {
    return { id, file, ok: false, problem: errorMessage(error) };
  }
}
