import type { ImageViews, ModelMetadata, Provider } from '../../../domain/model.ts';
import type { JobProgress } from '../../../protocol/api.ts';

/** A scan that takes longer is worth a thought: a working day. */
const LONG_SECONDS = 8 * 3600;
/** Images by which the rate of this machine is known: the first ones wait for the model to warm up. */
const RATE_FROM = 300;

/** How a scan predicts images. */
export interface ScanMeans {
  provider: Provider;
  /** Others than the one in use that can be tried on this machine, the CPU left out. */
  otherProviders: readonly Provider[];
  precision: ModelMetadata['precision'];
  /** Whether the model comes in int8. */
  hasInt8: boolean;
  views: ImageViews;
}

/**
 * What a scan of very many images will take on this machine, and what takes less; null for one that is done within a day's work, or
 * whose rate is not known yet.
 * @param doneBefore images that were scanned when this run began
 */
export function sayLongScan(job: JobProgress, doneBefore: number, means: ScanMeans): string | null {
  const { kind, state, done, total, secondsLeft } = job;
  if (kind !== 'scan' || state !== 'running' || done - doneBefore < RATE_FROM) return null;
  if (secondsLeft === null || secondsLeft < LONG_SECONDS) return null;
  const choices = otherChoices(means);
  const here = choices.length === 0 ? '' : ` For a faster one, try ${choices.join(', ')}.`;
  return (
    `The ${(total - done).toLocaleString('en')} images left take about ${sayHours(secondsLeft)} on this machine (${means.provider}).` +
    `${here} To scan on several machines, see docs/cluster.md.`
  );
}

function otherChoices({ provider, otherProviders, precision, hasInt8, views }: ScanMeans): string[] {
  return [
    ...otherProviders.map((other) => `--provider ${other}`),
    ...(hasInt8 && precision !== 'int8' && provider === 'cpu' ? ['--precision int8'] : []),
    ...(views === 'one' ? [] : ['--views one']),
  ];
}

/** 4 h 10 min; days where it is days. */
function sayHours(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days ${hours % 24} h`;
  return `${hours} h ${minutes % 60} min`;
}
