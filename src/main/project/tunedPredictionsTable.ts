import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { AnchorMatch } from '../../labelQuality/reliability.ts';
import { anchorsBlob, anchorsOf } from './anchorBlobs.ts';
import { float32Array, float32Blob } from './floats.ts';

/** The prediction of the model tuned to the dataset's own labels, for one image. L classes of the dataset. */
export interface StoredTunedPrediction {
  sampleId: number;
  /** [L] */
  primary: Float32Array;
  /** [L] */
  corrected: Float32Array;
  confidencePrimary: number;
  confidenceCorrected: number;
  /** Nearest first; classIndex is a class of the dataset. */
  anchors: AnchorMatch[];
}

const rowSchema = z.object({
  sampleId: z.number(),
  primaryBlob: z.instanceof(Buffer),
  correctedBlob: z.instanceof(Buffer),
  confidencePrimary: z.number(),
  confidenceCorrected: z.number(),
  anchorsBlob: z.instanceof(Buffer),
});

const COLUMNS = `sample_id AS sampleId, primary_distribution AS primaryBlob, corrected_distribution AS correctedBlob,
  confidence_primary AS confidencePrimary, confidence_corrected AS confidenceCorrected, nearest_anchors AS anchorsBlob`;

/** The tuned model's predictions: next to the model's, never replacing them. */
export class TunedPredictionsTable {
  #upsert;
  #remove;
  #byId;
  #anchors;

  constructor(database: Database.Database) {
    this.#upsert = database.prepare(
      `INSERT OR REPLACE INTO tuned_predictions (sample_id, primary_distribution, corrected_distribution,
         confidence_primary, confidence_corrected, nearest_anchors)
       VALUES (@sampleId, @primary, @corrected, @confidencePrimary, @confidenceCorrected, @anchors)`,
    );
    this.#remove = database.prepare('DELETE FROM tuned_predictions WHERE sample_id = ?');
    this.#byId = database.prepare(`SELECT ${COLUMNS} FROM tuned_predictions WHERE sample_id = ?`);
    this.#anchors = database.prepare(
      `SELECT sample_id AS sampleId, nearest_anchors AS blob FROM tuned_predictions
         WHERE sample_id > ? ORDER BY sample_id LIMIT ?`,
    );
  }

  write({ primary, corrected, anchors, ...columns }: StoredTunedPrediction): void {
    this.#upsert.run({
      ...columns,
      primary: float32Blob(primary),
      corrected: float32Blob(corrected),
      anchors: anchorsBlob(anchors),
    });
  }

  /** For an image that no tuned model predicts any more. */
  remove(sampleId: number): void {
    this.#remove.run(sampleId);
  }

  /** @param classes L; null also if the dataset had other classes when the model was tuned */
  byId(sampleId: number, classes: number): StoredTunedPrediction | null {
    const row = this.#byId.get(sampleId);
    if (row === undefined) return null;
    const { primaryBlob, correctedBlob, anchorsBlob: anchors, ...columns } = rowSchema.parse(row);
    if (primaryBlob.byteLength !== classes * Float32Array.BYTES_PER_ELEMENT) return null;
    return {
      ...columns,
      primary: float32Array(primaryBlob, classes, 'tuned_predictions.primary_distribution'),
      corrected: float32Array(correctedBlob, classes, 'tuned_predictions.corrected_distribution'),
      anchors: anchorsOf(anchors, 'tuned_predictions.nearest_anchors'),
    };
  }

  /** Up to `limit` images by id after `afterId`, with their nearest anchors. */
  anchorPage(afterId: number, limit: number): { sampleId: number; anchors: AnchorMatch[] }[] {
    const rows = this.#anchors.all(afterId, limit) as { sampleId: number; blob: Buffer }[];
    return rows.map(({ sampleId, blob }) => ({
      sampleId,
      anchors: anchorsOf(blob, 'tuned_predictions.nearest_anchors'),
    }));
  }
}
