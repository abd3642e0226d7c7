/**
 * Writes the sample dataset beside this file: `npx node resources/sample/generate.ts`.
 * Replaces faces/, truth.csv and planted.csv.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expressions } from './drawing/actionUnits.ts';
import { type PlannedImage, planImages, sampleSeed } from './plan.ts';
import { rasterised } from './rasterise.ts';

const folder = import.meta.dirname;
const images = planImages(sampleSeed);
const place = (image: PlannedImage) => `${image.labelGiven}/${image.name}`;
const inOrder = [...images].sort((a, b) => (place(a) < place(b) ? -1 : 1));

const jpegs = rasterised(images);
rmSync(join(folder, 'faces'), { recursive: true, force: true });
for (const label of expressions) mkdirSync(join(folder, 'faces', label), { recursive: true });
let bytes = 0;
for (const image of inOrder) {
  const jpeg = jpegs.get(image.name) as Uint8Array;
  bytes += jpeg.length;
  writeFileSync(join(folder, 'faces', place(image)), jpeg);
}

const planted = inOrder.filter((image) => image.labelGiven !== image.label);
const csv = (rows: readonly string[]) => `${rows.join('\r\n')}\r\n`;
writeFileSync(
  join(folder, 'truth.csv'),
  csv(['image,label', ...inOrder.map((image) => `${place(image)},${image.label}`)]),
);
writeFileSync(
  join(folder, 'planted.csv'),
  csv([
    'image,label_given,label_true',
    ...planted.map((image) => `${place(image)},${image.labelGiven},${image.label}`),
  ]),
);
console.log(`${images.length} images, ${planted.length} planted errors, ${(bytes / 1e6).toFixed(2)} MB`);
