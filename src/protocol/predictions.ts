import { z } from 'zod';
import type { ImageViews } from '../domain/model.ts';
import type { MatchCounts } from '../domain/pathMatches.ts';

/** A class of the user's own model, and the dataset's class that it maps to; null for none. */
export interface PredictedClass {
  name: string;
  label: string | null;
}

/** The result of importing a file of predictions. */
export interface PredictionReport {
  /** Name that the run goes by. */
  model: string;
  /** Of the file. */
  sha256: string;
  /** Images that have a prediction now. */
  images: number;
  /** Images of the dataset that have no row in the file: they are listed without a prediction. */
  withoutRow: number;
  /** Rows of images that cannot be decoded: ignored. */
  unreadable: number;
  /** Rows of images that the dataset does not have: ignored on request. */
  unknown: number;
  /** Rows whose names are no exact paths, by how their images were found. */
  matched: MatchCounts;
  classes: PredictedClass[];
  /** Classes of the dataset that no class of the file maps to. */
  unknownLabels: string[];
  /** 0 without embeddings. */
  embeddingSize: number;
  /** Columns of the file that nothing was taken of. */
  unusedColumns: string[];
  /** Rows whose values did not quite add up to 1 and were divided by their sum. */
  renormalised: number;
  /** The file's values are percentages. */
  percentages: boolean;
  /** Of a cluster's scan, or of a model's own training; null for a file of predictions. */
  scan: {
    views: ImageViews;
    /** False where the model is not among those here, so that images of its training data are not marked. */
    modelIsHere: boolean;
    /** Each image was predicted by a model that had not seen it. */
    outOfFold: boolean;
  } | null;
}

/** The page's request. */
export const predictionImportSchema = z.object({
  file: z.string().trim().min(1),
  names: z.string().trim().min(1).optional(),
  embeddings: z.string().trim().min(1).optional(),
  classes: z.array(z.string().trim().min(1)).min(2).optional(),
  imageColumn: z.string().trim().min(1).optional(),
  logits: z.boolean().optional(),
  skipUnknown: z.boolean().optional(),
});
export type PredictionImport = z.output<typeof predictionImportSchema>;
