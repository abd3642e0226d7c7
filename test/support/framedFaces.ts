import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import type { Framing } from '../../src/domain/framing/framing.ts';
import { FACE_SIDE } from '../../src/domain/framing/meanFace.ts';
import { readFloat32Npy } from '../../src/main/engine/index.ts';
import { type DecodedImage, toModelInput } from '../../src/main/images/index.ts';

const REFERENCE_FILE = join(import.meta.dirname, '../../models/grefel-small.face.npy');

/** The mean of FER2013's training images, which comes with grefel-small. */
export const reference = Float64Array.from(readFloat32Npy(readFileSync(REFERENCE_FILE)).data);

export const PICTURE_SIDE = 2 * FACE_SIDE;

/** The reference as a picture. */
function facePicture(): DecodedImage {
  const [low, high] = [Math.min(...reference), Math.max(...reference)];
  const rgb = Uint8Array.from({ length: PICTURE_SIDE * PICTURE_SIDE * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    const [y, x] = [Math.floor(pixel / PICTURE_SIDE) >> 1, (pixel % PICTURE_SIDE) >> 1];
    return 20 + (200 * ((reference[y * FACE_SIDE + x] as number) - low)) / (high - low);
  });
  return { width: PICTURE_SIDE, height: PICTURE_SIDE, format: 'png', rgb } as DecodedImage;
}

/**
 * A picture of a dataset whose faces need this framing: the inverse of the framing. RGB [PICTURE_SIDE^2 * 3]
 */
export function pictureToFrame({ scaleX, scaleY, shiftX, shiftY }: Framing): Promise<Uint8Array> {
  const inverse = {
    scaleX: 1 / scaleX,
    scaleY: 1 / scaleY,
    shiftX: -shiftX / scaleX,
    shiftY: -shiftY / scaleY,
  };
  return toModelInput(facePicture(), PICTURE_SIDE, inverse);
}

const CLASSES = ['happy', 'sad', 'angry', 'fear', 'surprise', 'disgust', 'neutral', 'contempt'];

/** Class folders of pictures that have to be framed so, no two the same. */
export async function makeFacesToFrame(
  folder: string,
  framing: Framing,
  images = 44,
  classes = 2,
): Promise<void> {
  const rgb = await pictureToFrame(framing);
  const rgba = Uint8Array.from({ length: (rgb.length / 3) * 4 }, (_, at) =>
    at % 4 === 3 ? 255 : (rgb[(at >> 2) * 3 + (at % 4)] as number),
  );
  for (let image = 0; image < images; image++) {
    rgba[image * 4] = image; // a pixel of its own
    const file = join(folder, CLASSES[image % classes] as string, `${image}.png`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await Transformer.fromRgbaPixels(rgba, PICTURE_SIDE, PICTURE_SIDE).png());
  }
}

/** Gives a model the mean face of FER2013. */
export function giveReferenceFace(model: string): void {
  copyFileSync(REFERENCE_FILE, model.replace(/\.onnx$/, '.face.npy'));
}
