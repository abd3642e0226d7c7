import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { decodeImage } from '../../src/main/images/index.ts';
import { resizeWindow } from '../../src/main/images/resize.ts';
import { type Pixel, paint } from './imageFiles.ts';

const FACES = join(import.meta.dirname, '../../resources/sample/faces');
export const DETECTOR = join(import.meta.dirname, '../../models/face-detector/rfb-320.onnx');

/** One of the sample's drawn faces in a photograph, in pixels. */
export interface PlacedFace {
  /** Such as `anger/aiko_005.jpg`. */
  file: string;
  left: number;
  top: number;
  side: number;
}

/** A scene with drawn faces in it, which the detector finds as it finds photographed ones. RGBA [H*W*4] */
async function paintScene(width: number, height: number, faces: readonly PlacedFace[]): Promise<Buffer> {
  const scene = paint(
    width,
    height,
    (x, y): Pixel => [90 + (60 * x) / width, 120 + (60 * y) / height, 140 + 30 * Math.sin((x + 2 * y) / 60)],
  );
  for (const { file, left, top, side } of faces) {
    const whole = { size: side, from: 0, count: side };
    const rgb = resizeWindow(await decodeImage(readFileSync(resolve(FACES, file))), whole, whole);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const from = (y * side + x) * 3;
        scene.set(rgb.subarray(from, from + 3), ((top + y) * width + left + x) * 4);
      }
    }
  }
  return scene;
}

/** A photograph as JPEG. */
export async function photograph(
  faces: readonly PlacedFace[],
  [width, height]: [width: number, height: number] = [640, 480],
): Promise<Buffer> {
  return Transformer.fromRgbaPixels(await paintScene(width, height, faces), width, height).jpeg(92);
}

/** The same upright photograph as a JPEG with rotated pixels, and EXIF's orientation 6 to turn it. */
export async function lyingPhotograph(
  faces: readonly PlacedFace[],
  [width, height]: [width: number, height: number] = [640, 480],
): Promise<Buffer> {
  const scene = await paintScene(width, height, faces);
  // Orientation 6: the stored picture is turned clockwise to be upright, so it is stored turned the other way.
  const stored = paint(height, width, (x, y) => {
    const from = (x * width + (width - 1 - y)) * 4;
    return [...scene.subarray(from, from + 3)] as Pixel;
  });
  const jpeg = await Transformer.fromRgbaPixels(stored, height, width).jpeg(92);
  const tiff = Buffer.from('49492a0008000000010012010300010000000600000000000000', 'hex');
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const marker = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]);
}
