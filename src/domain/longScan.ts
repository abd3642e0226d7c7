import { type ModelMetadata, PROVIDER_TITLES, type Provider, type ViewsChoice } from './model.ts';

/** A scan that takes longer is worth a thought before it begins. */
export const LONG_SCAN_SECONDS = 3600;

/** How a scan predicts images. */
export interface ScanMeans {
  provider: Provider;
  /** GPU providers that can be tried on this machine. */
  gpus: readonly Provider[];
  precision: ModelMetadata['precision'];
  /** All that the model comes in. */
  precisions: readonly ModelMetadata['precision'][];
  views: ViewsChoice;
}

/** What would be faster than these means. */
export function fasterMeans({ provider, gpus, precision, precisions, views }: ScanMeans) {
  return {
    int8: provider === 'cpu' && precision !== 'int8' && precisions.includes('int8'),
    oneView: views !== 'one',
    gpus: gpus.filter((gpu) => gpu !== provider),
  };
}

/** As the end of a sentence. */
export const describeMachine = (provider: Provider): string =>
  provider === 'cpu' ? 'on this CPU' : `on this machine (${PROVIDER_TITLES[provider]})`;
