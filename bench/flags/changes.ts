import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { DEFAULT_VIEWS } from '../../src/domain/model.ts';
import { loadFer, type Role } from './ferData.ts';
import { readFolder } from './predictions.ts';
import { type FerPredictions, withPredictions } from './problems.ts';

/** FER2013's images. */
const SIDE = 48;
const MIDDLE = (SIDE - 1) / 2;

/** The new light of a place, 0 to 255, from the picture as it was. */
type NewLight = (light: (x: number, y: number) => number, x: number, y: number) => number;

export interface Change {
  name: string;
  light: NewLight;
}

const change = (name: string, light: NewLight): Change => ({ name, light });

/**
 * Changes that make faces unlike those the model knows, as a substitute for other datasets. How much less to
 * trust the model is learned from some of them; the others only measure it.
 */
export const CHANGES = {
  learned: [
    change('mouth covered', covered(10, 30, 38, 43)),
    change('turned by 15 degrees', turned(15)),
    change('turned by 40 degrees', turned(40)),
    change('in 12 pixels', coarse(4)),
    change('negative', (light, x, y) => 255 - light(x, y)),
  ],
  others: [
    change('eyes covered', covered(6, 12, 42, 22)),
    change('turned by 25 degrees', turned(25)),
    change('half in shadow', (light, x, y) => light(x, y) * (x < SIDE / 2 ? 0.1 : 1)),
    change('flat light', (light, x, y) => 100 + 0.12 * light(x, y)),
    change('larger', scaled(1.35)),
    change('smaller', scaled(0.7)),
    change('in 16 pixels', coarse(3)),
    change('noisy', (light, x, y) => light(x, y) + 80 * (noiseAt(x, y) - 0.5)),
  ],
};

function covered(left: number, top: number, right: number, bottom: number): NewLight {
  return (light, x, y) => (x >= left && x < right && y >= top && y < bottom ? 0 : light(x, y));
}

function turned(degrees: number): NewLight {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return (light, x, y) => {
    const [dx, dy] = [x - MIDDLE, y - MIDDLE];
    return light(MIDDLE + dx * cos - dy * sin, MIDDLE + dx * sin + dy * cos);
  };
}

function scaled(times: number): NewLight {
  return (light, x, y) => light(MIDDLE + (x - MIDDLE) / times, MIDDLE + (y - MIDDLE) / times);
}

/** Squares of `size` pixels, each of their mean light. */
function coarse(size: number): NewLight {
  return (light, x, y) => {
    const [left, top] = [x - (x % size), y - (y % size)];
    let sum = 0;
    for (let place = 0; place < size ** 2; place++) {
      sum += light(left + (place % size), top + Math.floor(place / size));
    }
    return sum / size ** 2;
  };
}

/** 0 to 1, always the same. */
function noiseAt(x: number, y: number): number {
  const wave = Math.sin(x * 12.9898 + y * 78.233) * 43758.5453;
  return wave - Math.floor(wave);
}

/** The model's predictions for the images of a role after a change. */
export async function readChanged(
  ferFolder: string,
  cacheFolder: string,
  role: Role,
  { name, light }: Change,
): Promise<FerPredictions> {
  const { folder, images } = loadFer(ferFolder, cacheFolder);
  const ofRole = images.filter((image) => image.role === role);
  const target = join(cacheFolder, `fer-${role}-${name.replaceAll(' ', '-')}`);
  for (const { image } of ofRole) {
    const file = join(target, image);
    if (existsSync(file)) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await changeImage(readFileSync(join(folder, image)), light));
  }
  return withPredictions(
    ofRole,
    await readFolder(target, cacheFolder, DEFAULT_VIEWS),
    await readFolder(target, cacheFolder, 'one'),
  );
}

async function changeImage(bytes: Buffer, newLight: NewLight): Promise<Buffer> {
  const raw = await new Transformer(bytes).rawPixels();
  const channels = raw.length / SIDE ** 2;
  const inside = (value: number) => Math.min(SIDE - 1, Math.max(0, Math.round(value)));
  const light = (x: number, y: number) => raw[(inside(y) * SIDE + inside(x)) * channels] as number;
  const rgba = new Uint8ClampedArray(4 * SIDE ** 2);
  for (let place = 0; place < SIDE ** 2; place++) {
    const grey = newLight(light, place % SIDE, Math.floor(place / SIDE));
    rgba.set([grey, grey, grey, 255], 4 * place);
  }
  return Transformer.fromRgbaPixels(rgba, SIDE, SIDE).png();
}
