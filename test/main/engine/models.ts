import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../../..');
export const tinyModel = path.join(root, 'test/fixtures/model/tiny.onnx');
const pictures = path.join(root, 'test/fixtures/preprocessing');

/** Small images of many formats, absolute paths. */
export const imagePaths = readdirSync(pictures)
  .filter((name) => !name.endsWith('.json'))
  .sort()
  .map((name) => path.join(pictures, name));

export const asItems = (paths: string[]) => paths.map((file, id) => ({ id, path: file }));

const shippedFolder = path.join(root, 'models');
const inModels = existsSync(shippedFolder) ? readdirSync(shippedFolder) : [];

/** The tiny model and every model that is shipped. */
export const everyModel = [
  tinyModel,
  ...inModels.filter((name) => name.endsWith('.onnx')).map((name) => path.join(shippedFolder, name)),
];

/** Cards in models/ whose model is missing: its tests would be skipped silently. */
export const cardsWithoutModel = inModels
  .filter((name) => name.endsWith('.card.md'))
  .filter((name) => !inModels.includes(name.replace('.card.md', '.onnx')));
