import { describeDuration } from '../../../domain/duration.ts';
import { describeMachine, fasterMeans, LONG_SCAN_SECONDS, type ScanMeans } from '../../../domain/longScan.ts';
import { formatCount } from '../../../domain/plural.ts';
import type { JobProgress } from '../../../protocol/api.ts';

/** Images by which the rate of this machine is known: the first ones wait for the model to warm up. */
const RATE_FROM = 300;

/**
 * What a scan of very many images will take on this machine, and what takes less; null for one that is soon done, or whose
 * rate is not known yet.
 * @param doneBefore images that were scanned when this run began
 */
export function describeLongScan(job: JobProgress, doneBefore: number, means: ScanMeans): string | null {
  const { kind, state, done, total, secondsLeft } = job;
  if (kind !== 'scan' || state !== 'running' || done - doneBefore < RATE_FROM) return null;
  if (secondsLeft === null || secondsLeft < LONG_SCAN_SECONDS) return null;
  const { int8, oneView, gpus } = fasterMeans(means);
  const choices = [
    ...gpus.map((gpu) => `--provider ${gpu}`),
    ...(int8 ? ['--precision int8'] : []),
    ...(oneView ? ['--views one'] : []),
  ];
  const here = choices.length === 0 ? '' : ` Faster: ${choices.join(', ')}.`;
  const images = formatCount(total - done);
  return `The ${images} images left take about ${describeDuration(secondsLeft)} ${describeMachine(means.provider)}.${here} To scan on several machines, see docs/cluster.md.`;
}
