import { DomainShift, type FeatureStatistics, outOfDomain } from '../../../labelQuality/domainShift.ts';
import { FeatureReader } from '../../features/index.ts';
import { BLOCK } from './discriminant.ts';
import type { FitRequest } from './messages.ts';
import type { DatasetFeatures } from './tunedSource.ts';

/** With features of fewer images than this share the fit falls back on the embedding, which all of them have. */
const LEAST_PRESENT = 0.5;

/**
 * A dataset's features in the form that the fit uses: from the file beside the project, block by block,
 * because those of a million images do not fit into memory. Null if too few images have them.
 */
export async function openDatasetFeatures(
  request: FitRequest['features'],
): Promise<(DatasetFeatures & { close(): Promise<void> }) | null> {
  if (request === null) return null;
  const reader = await FeatureReader.open(request.path, request);
  if (reader === null) return null;
  const { sampleIds } = request;
  const statistics = statisticsOf(reader, request.statistics);
  const shift = statistics && new DomainShift(statistics);
  const present = new Uint8Array(sampleIds.length);
  for await (const block of reader.blocks(sampleIds, BLOCK)) {
    present.set(block.present, block.from);
    for (let row = 0; shift && row < block.rows; row++) {
      if (block.present[row]) shift.add(block.data.subarray(row * reader.size, (row + 1) * reader.size));
    }
  }
  const count = present.reduce((sum, is) => sum + is, 0);
  if (count < LEAST_PRESENT * sampleIds.length) {
    await reader.close();
    return null;
  }
  const length = shift?.length ?? null;
  return {
    present,
    outOfDomain: length === null ? null : outOfDomain(length),
    source: {
      size: reader.size,
      async rows(images) {
        const ids = images.map((image) => sampleIds[image] as number);
        const rows = {
          data: new Float32Array(ids.length * reader.size),
          rows: ids.length,
          columns: reader.size,
        };
        for await (const block of reader.blocks(ids, BLOCK))
          rows.data.set(block.data, block.from * reader.size);
        return rows;
      },
    },
    close: () => reader.close(),
  };
}

/** Of the compact form: principal components, without the common mean of the model's features. */
function statisticsOf(
  { projection, size }: FeatureReader,
  statistics: FeatureStatistics | null,
): FeatureStatistics | null {
  if (statistics === null || projection === null) return statistics;
  const [mean, variance] = [new Float64Array(size), new Float64Array(size)];
  for (const [feature, ofModel] of statistics.mean.entries()) {
    const centred = ofModel - (projection.mean[feature] as number);
    const deviation = statistics.deviation[feature] as number;
    for (let at = 0; at < size; at++) {
      const slope = projection.matrix[feature * size + at] as number;
      mean[at] = (mean[at] as number) + centred * slope;
      variance[at] = (variance[at] as number) + (deviation * slope) ** 2;
    }
  }
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(variance, Math.sqrt) };
}
