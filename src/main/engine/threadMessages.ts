import type { AppErrorCode } from '../../domain/errors.ts';
import type { ImageViews, Provider } from '../../domain/model.ts';
import type { OutputsOrProblem } from './runOrSplit.ts';
import type { SessionOptions } from './session.ts';

/** Messages between the engine's main thread and those that run the model: one program, so they are not parsed. */
export type ThreadOptions = Omit<SessionOptions, 'beforeTrial'>;

/** Images to predict: [images * S*S*3] RGB bytes. */
export interface ToThread {
  pixels: Uint8Array;
  images: number;
  views: ImageViews;
}

export type FromThread =
  | { kind: 'trying'; provider: Provider }
  | { kind: 'ready'; used: Provider; fallbacks: string[]; trialMs: number }
  /** `code` is null where it is an error of ONNX Runtime. */
  | { kind: 'refused'; code: AppErrorCode | null; message: string; hint: string }
  | { kind: 'outcomes'; outcomes: OutputsOrProblem[] };
