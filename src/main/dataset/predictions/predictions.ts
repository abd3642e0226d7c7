import { AppError } from '../../../domain/errors.ts';

/** The user's choices for a file of predictions. */
export interface PredictionOptions {
  /** Names of the classes in the order of their columns; needed where the file does not name them. */
  classes?: string[] | undefined;
  /** File of the images' names, one a row, for a NumPy file; without it the rows are in the dataset's order. */
  names?: string | undefined;
  /** NumPy file [N, D] of embeddings, in the order of the rows. */
  embeddings?: string | undefined;
  /** Column of the images' names. */
  imageColumn?: string | undefined;
  /** The values are logits: their softmax is taken. */
  logits?: boolean | undefined;
}

/** The prediction of the user's own model for one image. */
export interface PredictedRow {
  /** As the file names it; null where the file has the dataset's order. */
  image: string | null;
  /** Position in the file: "line 7", "row 7". */
  place: string;
  /** [C] sums to 1. */
  distribution: Float32Array;
  /** [D]; empty if there is none. */
  embedding: Float32Array;
}

/** How a file's values were adjusted to become distributions. */
export interface Adjustments {
  /** Rows whose values were divided by their sum, which was not quite 1. */
  renormalised: number;
  /** The values are percentages. */
  percentages: boolean;
}

/** A file of predictions that was opened. N rows, C classes, D embedding size. */
export interface Predictions {
  /** [C] as the file, or else the user, names them. */
  classes: string[];
  /** D; 0 without embeddings. */
  embeddingSize: number;
  /** False where the rows are in the dataset's order. */
  namesImages: boolean;
  /** N if it is known without reading everything. */
  rows: number | null;
  /** Columns that are neither of the image, nor of a class, nor of an embedding. */
  unusedColumns: string[];
  /** Complete after all rows were read. */
  adjusted: Adjustments;
  /** All rows, some at a time. @throws AppError `table-invalid` with the file and the line or row */
  read(): AsyncGenerator<PredictedRow[]>;
}

/** A faulty file of predictions: which one, where, what, and what to do. */
export function faultyPredictions(
  file: string,
  place: string | null,
  problem: string,
  hint: string,
): AppError {
  return new AppError('table-invalid', `${file}${place === null ? '' : ` ${place}`}: ${problem}`, hint);
}

/** Rows that are handed on together. */
export const ROWS_AT_ONCE = 500;

export const NOTHING_TAKEN = 'Nothing was imported. Correct the file, or write it again.';
