import { resolve } from 'node:path';
import { DomainShift, outOfDomain } from '../../src/labelQuality/domainShift.ts';
import type { DatasetFeatures } from '../../src/main/engine/fit/tunedSource.ts';
import { readFloat32Npy, resolveModel } from '../../src/main/engine/index.ts';
import type { BenchPrediction } from './predictions.ts';

export const shippedModel = await resolveModel(undefined, resolve(import.meta.dirname, '../../models'));
const { featureStatistics } = shippedModel;

/** The features of some images in the form that the fit uses; null if the model gave none. */
export function featuresOf(predictions: readonly BenchPrediction[]): DatasetFeatures | null {
  const rows = predictions.map(({ features }) => features);
  const size = rows[0]?.length ?? 0;
  if (size === 0 || featureStatistics === null || rows.some((row) => row === null)) return null;
  const all = new Float16Array((rows as number[][]).flat());
  const { data } = readFloat32Npy(featureStatistics);
  const shift = new DomainShift({ mean: data.subarray(0, size), deviation: data.subarray(size) });
  for (let at = 0; at < all.length; at += size) shift.add(all.subarray(at, at + size));
  return {
    present: new Uint8Array(rows.length).fill(1),
    outOfDomain: outOfDomain(shift.length ?? 0),
    source: {
      size,
      rows(images) {
        const block = new Float32Array(images.length * size);
        for (const [row, image] of images.entries()) {
          block.set(all.subarray(image * size, (image + 1) * size), row * size);
        }
        return { data: block, rows: images.length, columns: size };
      },
    },
  };
}
