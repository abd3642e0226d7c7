import type { DatasetPlace } from '../../domain/imageSource.ts';
import type { ScanChoice } from '../../domain/model.ts';
import type { ScanPace } from '../../protocol/opening.ts';
import { gpuProviders } from '../engine/index.ts';
import { imageSource, type PreviewSample } from '../opened/index.ts';
import { planScan, type ScanSetup, startScanEngine } from '../scan/index.ts';

/** Batches that are predicted for it, after one that warms up. */
const BATCHES = 3;

/**
 * How fast this machine scans images like these: the model predicts a few, as a scan would, and nothing is kept.
 * @param samples images that can be decoded; null is returned if there are none
 * @throws AppError as planScan and startScanEngine
 */
export async function measurePace(
  place: DatasetPlace,
  samples: readonly PreviewSample[],
  setup: ScanSetup,
  scanChoice: ScanChoice,
): Promise<ScanPace | null> {
  if (samples.length === 0) return null;
  const plan = await planScan({ ...setup, ...scanChoice }, null);
  const engine = await startScanEngine(plan, setup, true);
  try {
    const batch = Array.from({ length: engine.batchSize }, (_, id) => ({
      id,
      ...imageSource(place, samples[id % samples.length] as PreviewSample),
    }));
    await engine.infer(batch);
    const beganMs = performance.now();
    await Promise.all(Array.from({ length: BATCHES }, () => engine.infer(batch)));
    return {
      imagesPerSecond: (1000 * BATCHES * batch.length) / (performance.now() - beganMs),
      provider: engine.provider.used,
      gpus: gpuProviders(),
    };
  } finally {
    await engine.close();
  }
}
