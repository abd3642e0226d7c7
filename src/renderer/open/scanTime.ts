import { describeDuration } from '../../domain/duration.ts';
import { describeMachine, fasterMeans, LONG_SCAN_SECONDS } from '../../domain/longScan.ts';
import { PROVIDER_TITLES, type ScanOffer } from '../../domain/model.ts';
import type { ScanPace } from '../../protocol/opening.ts';

/** Images from which on the time is worth measuring before a scan. */
export const LARGE_FOLDER = 20_000;

/**
 * What the scan of a folder takes on this machine, and what would be faster; null if that is no long time.
 * @param scanChoice as chosen
 */
export function describeScanTime(
  images: number,
  pace: ScanPace,
  { precision, precisions, views }: Pick<ScanOffer, 'precision' | 'precisions' | 'views'>,
): string | null {
  const seconds = images / pace.imagesPerSecond;
  if (seconds < LONG_SCAN_SECONDS) return null;
  const { int8, oneView, gpus } = fasterMeans({ ...pace, precision, precisions, views });
  const faster = [
    ...(int8 ? ['8-bit precision'] : []),
    ...(oneView ? ['one view'] : []),
    ...gpus.map((gpu) => `${PROVIDER_TITLES[gpu]} (grefel scan --provider ${gpu})`),
    'a cluster of machines (docs/cluster.md)',
  ];
  const list = faster.length === 1 ? faster[0] : `${faster.slice(0, -1).join(', ')} or ${faster.at(-1)}`;
  return `This scan takes about ${describeDuration(seconds)} ${describeMachine(pace.provider)}. Faster: ${list}.`;
}
