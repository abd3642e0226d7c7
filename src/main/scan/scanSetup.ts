import type { FeatureChoice } from '../../domain/features.ts';
import type { FramingChoice } from '../../domain/framing/framing.ts';
import type { PrecisionChoice, ProviderChoice, ViewsChoice } from '../../domain/model.ts';
import type { Reliance } from '../../labelQuality/labelFit.ts';
import type { EngineOptions } from '../engine/index.ts';

/** What a scan was asked for, by the command line or the page. */
export interface ScanSetup {
  /** Name of a shipped model, or a file of the contract; the best shipped one by default. */
  model?: string | undefined;
  modelsFolder: string;
  provider: ProviderChoice;
  /** By default `auto`. */
  precision?: PrecisionChoice | undefined;
  /** By default `auto`. */
  views?: ViewsChoice | undefined;
  /** If omitted, as the project was scanned; at first `auto`. */
  framing?: FramingChoice | undefined;
  /** How the model's features are kept; by default `auto`. */
  features?: FeatureChoice | undefined;
  /** Whose predictions count; the earlier choice if omitted. */
  reliance?: Reliance | undefined;
  threads?: number | undefined;
  /** Face detector; by default the shipped one. */
  detectorPath?: string | undefined;
  /** Predict every image again, even those that this model has predicted. */
  rescan?: boolean | undefined;
  /** Tune no model to the dataset's own labels: only the base model scores them. */
  withoutTunedModel?: boolean | undefined;
  /** How the processes of the scan are started: see makingWay, for one beside which somebody reviews. */
  startProcess?: EngineOptions['startProcess'] | undefined;
}
