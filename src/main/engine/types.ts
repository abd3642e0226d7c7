import type { FileFacts, ImageFacts, ModelOutputs } from '../../domain/inference.ts';
import type { ImageViews, ModelMetadata, ProviderChoice, ProviderReport } from '../../domain/model.ts';
import type { DecodeItem, DecoderProgram } from '../decoding/index.ts';
import type { StartProcess } from '../processes/index.ts';
import type { StartLimits } from './startLimits.ts';

/** An image to predict. */
export interface EngineItem extends DecodeItem {
  /** The caller's own; comes back with the result. */
  id: number;
}

/** The result for an image; `file` is null if not even its bytes could be read. */
export type EngineResult = { id: number; file: FileFacts | null } & (
  | { ok: true; image: ImageFacts; outputs: ModelOutputs }
  | { ok: false; problem: string }
);

/** A model in a process of its own. */
export interface Engine {
  readonly model: ModelMetadata;
  /** The provider of the current process, if it was restarted. */
  readonly provider: ProviderReport;
  /** Images per `infer` that keep the provider busy; more in one call gain nothing. */
  readonly batchSize: number;
  /** Of the process that runs now; null while it is being restarted. */
  readonly pid: number | null;
  /** Of the processes that decode images. */
  readonly decoderPids: number[];
  /** How often the model's process died and was started again. */
  readonly restarts: number;
  /**
   * Predicts images; results in the order of `items`. An image that cannot be decoded, or that ends the
   * process that decodes or predicts it, is a result with its problem. Keep two or three calls in flight: the
   * next images are decoded while the model runs.
   *
   * @throws AppError `engine-failed` if the process cannot be kept alive, `model-invalid` if the model
   *   finishes on no image, `interrupted` after close()
   */
  infer(items: EngineItem[]): Promise<EngineResult[]>;
  /** The views of each image that are predicted in later calls. */
  useViews(views: ImageViews): void;
  /** Ends the process at once; calls in flight reject with AppError `interrupted`. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** A file that keeps the contract of docs/model-contract.md. */
  modelPath: string;
  /** The same model for the CPU provider, where that is another file. */
  cpuModelPath?: string | undefined;
  provider: ProviderChoice;
  /** The views of each image that are predicted at first; by default one. */
  views?: ImageViews | undefined;
  /** Hand over the model's features too, where it has them; by default not. */
  withFeatures?: boolean | undefined;
  /** Cores that the model runs on; by default all. */
  threads?: number;
  /** Node executable; by default the one that runs. */
  executable?: string;
  /** Program of the engine process; by default the one beside this module. */
  entry?: string;
  /** How the processes are started, the decoding ones too; by default as children of this one. */
  startProcess?: StartProcess | undefined;
  startLimits?: StartLimits | undefined;
  /** Milliseconds allowed for one run of the model, in addition to the time learned from a blank image. */
  runMs?: number | undefined;
  /** The processes that decode images. */
  decoding?: Pick<DecoderProgram, 'entry' | 'executable'> | undefined;
}
