import { z } from 'zod';
import type { FeatureStatistics } from '../../labelQuality/domainShift.ts';
import { type ModelFile, readFloat32Npy } from '../engine/index.ts';
import type { ProjectFile } from '../project/index.ts';

const SETTING = 'feature-statistics';
const statisticsSchema = z.object({ mean: z.array(z.number()), deviation: z.array(z.number()) });

/**
 * Stores the model's own domain in the project, [2, F]: mean and standard deviation of its features over the
 * training images. A later fit needs it even if the model's files are gone.
 */
export function keepFeatureStatistics(project: ProjectFile, model: ModelWithStatistics): void {
  const statistics = featureStatisticsOf(model);
  project.settings.write(
    SETTING,
    statistics && { mean: [...statistics.mean], deviation: [...statistics.deviation] },
  );
}

type ModelWithStatistics = Pick<ModelFile, 'featureStatistics' | 'metadata'>;

/** Null for a model without them. */
export function featureStatisticsOf({
  featureStatistics,
  metadata,
}: ModelWithStatistics): FeatureStatistics | null {
  const size = metadata.featuresSize;
  if (featureStatistics === null || size === null) return null;
  const { data } = readFloat32Npy(featureStatistics);
  return data.length === 2 * size ? { mean: data.subarray(0, size), deviation: data.subarray(size) } : null;
}

export function readFeatureStatistics(project: ProjectFile): FeatureStatistics | null {
  const kept = project.settings.read(SETTING, statisticsSchema);
  return kept && { mean: Float32Array.from(kept.mean), deviation: Float32Array.from(kept.deviation) };
}
