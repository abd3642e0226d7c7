import { closeSync, fstatSync } from 'node:fs';
import { CHECKSUM_BYTES, FeatureLayout, type FeaturesOfRun, ROWS_PER_BLOCK } from './format.ts';
import { openFeatureFile, readInto } from './openFile.ts';

/**
 * For each image, 1 if the file has its features: by the checksums only, 4 KB for 1,024 images. All 0 for a
 * file that is missing or belongs to another run.
 */
export function presentFeatures(
  file: string,
  ids: readonly number[],
  { modelSize, predictedBy }: FeaturesOfRun,
): Uint8Array {
  const present = new Uint8Array(ids.length);
  const opened = openFeatureFile(file, 'r');
  if (opened === null) return present;
  const { descriptor, header } = opened;
  try {
    if (header.predictedBy !== predictedBy || header.modelSize !== modelSize) return present;
    const layout = new FeatureLayout(header);
    const blocks = layout.blocksIn(fstatSync(descriptor).size);
    const checksums = new Uint32Array(blocks * ROWS_PER_BLOCK);
    for (let block = 0; block < blocks; block++) {
      const first = block * ROWS_PER_BLOCK;
      readInto(
        descriptor,
        Buffer.from(checksums.buffer, first * CHECKSUM_BYTES, ROWS_PER_BLOCK * CHECKSUM_BYTES),
        layout.checksumAt(first),
      );
    }
    for (const [place, id] of ids.entries()) present[place] = checksums[id] ? 1 : 0;
    return present;
  } finally {
    closeSync(descriptor);
  }
}
