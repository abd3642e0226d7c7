import { DEFAULT_VIEWS } from '../../domain/model.ts';
import { type Engine, startEngine } from '../engine/index.ts';
import type { ScanPlan } from './planScan.ts';
import type { ScanSetup } from './scanSetup.ts';

/**
 * The engine that predicts a scan's images.
 * @param withFeatures whether it gives the features for the tuned model
 * @throws AppError as startEngine
 */
export function startScanEngine(
  { files, views }: Pick<ScanPlan, 'files' | 'views'>,
  setup: ScanSetup,
  withFeatures: boolean,
): Promise<Engine> {
  return startEngine({
    modelPath: files.others.path,
    cpuModelPath: files.cpu.path,
    provider: setup.provider,
    views: views === 'auto' ? DEFAULT_VIEWS : views,
    withFeatures,
    ...(setup.threads === undefined ? {} : { threads: setup.threads }),
    startProcess: setup.startProcess,
  });
}
