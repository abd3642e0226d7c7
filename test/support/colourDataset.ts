import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transformer } from '@napi-rs/image';

export const TINY_MODELS = join(import.meta.dirname, '../fixtures/model');

/** The colour that the tiny model of test/fixtures/model predicts as each class. */
export const COLOURS = {
  neutral: [160, 160, 160],
  happiness: [240, 200, 40],
  surprise: [240, 140, 40],
  sadness: [80, 130, 200],
  anger: [220, 70, 70],
  disgust: [100, 170, 90],
  fear: [170, 120, 170],
  contempt: [120, 80, 50],
} as const;
export type ColourName = keyof typeof COLOURS;

const pictures = new Map<string, Promise<Buffer>>();

/** A plain picture, with a little of `shade` added so that no two need be the same. */
export function colourPng(colour: ColourName, shade = 0, sidePixels = 48): Promise<Buffer> {
  const key = [colour, shade, sidePixels].join();
  const picture = pictures.get(key) ?? encodePng(colour, shade, sidePixels);
  pictures.set(key, picture);
  return picture;
}

function encodePng(colour: ColourName, shade: number, sidePixels: number): Promise<Buffer> {
  const pixel = [...COLOURS[colour].map((channel) => Math.min(255, channel + shade)), 255];
  const pixels = Buffer.alloc(sidePixels * sidePixels * 4, Buffer.from(pixel));
  return Transformer.fromRgbaPixels(pixels, sidePixels, sidePixels).png();
}

/** Writes pictures by their path: `{ 'happy/1.png': 'happiness' }` is one that the tiny model agrees with. */
export async function makeColourDataset(folder: string, images: Record<string, ColourName>): Promise<void> {
  let shade = 0;
  for (const [path, colour] of Object.entries(images)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await colourPng(colour, shade++ % 8));
  }
}

/** Twelve images in three classes; two carry a wrong label: happy/wrong.png shows sadness, sad/wrong.png anger. */
export const SMALL_DATASET: Record<string, ColourName> = {
  'angry/1.png': 'anger',
  'angry/2.png': 'anger',
  'angry/3.png': 'anger',
  'happy/1.png': 'happiness',
  'happy/2.png': 'happiness',
  'happy/3.png': 'happiness',
  'happy/4.png': 'happiness',
  'happy/wrong.png': 'sadness',
  'sad/1.png': 'sadness',
  'sad/2.png': 'sadness',
  'sad/3.png': 'sadness',
  'sad/wrong.png': 'anger',
};

/**
 * The same pictures and labels in a table, with more columns: subject, age, and how sure its maker was.
 * @param splits with every other image in a test split
 */
export async function makeColourTable(folder: string, { splits = false } = {}): Promise<void> {
  const paths = Object.keys(SMALL_DATASET);
  await makeColourDataset(
    join(folder, 'images'),
    Object.fromEntries(paths.map((path) => [flat(path), SMALL_DATASET[path] as ColourName])),
  );
  const rows = paths.map((path, index) => {
    const [label] = path.split('/');
    const gender = path.includes('wrong') || index % 3 === 0 ? 'female' : index % 3 === 1 ? 'male' : '';
    return `images/${flat(path)},${label},${gender},${['4-19', '20-39', '0-3'][index % 3]},${(index * 0.1).toFixed(1)},${index + 18}${splits ? `,${index % 2 === 0 ? 'train' : 'test'}` : ''}`;
  });
  await writeFile(
    join(folder, 'labels.csv'),
    [`image,label,gender,age group,sure,years${splits ? ',split' : ''}`, ...rows, ''].join('\n'),
  );
}

const flat = (path: string) => path.replace('/', '-');
