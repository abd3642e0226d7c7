import type { PredictionOptions } from '../dataset/index.ts';
import type { ProjectFile } from '../project/index.ts';

export interface ImportChoices extends PredictionOptions {
  /** Of the model; the file's name by default. */
  modelName?: string | undefined;
  /** Ignore rows of images that the dataset does not have. */
  skipUnknown?: boolean | undefined;
  /** Where models are, for what is beside the one of a cluster's scan. */
  modelsFolder?: string | undefined;
}

export interface PredictionTarget {
  project: ProjectFile;
  /** Absolute path of the dataset's folder. */
  folder: string;
}

export interface ImportListener {
  /** Called with the number of checked rows. */
  progress(rows: number): void;
  signal: AbortSignal;
}
