import type Database from 'better-sqlite3';
import type { ModelOutputs } from '../../domain/inference.ts';
import { argmax } from '../../labelQuality/argmax.ts';
import type { AnchorMatch } from '../../labelQuality/reliability.ts';
import { anchorsBlob } from './anchorBlobs.ts';
import { float16Blob, float32Blob } from './floats.ts';

/** The stored part of a model's outputs. */
export type StoredOutputs = Pick<
  ModelOutputs,
  'primary' | 'corrected' | 'confidencePrimary' | 'confidenceCorrected' | 'embedding' | 'faceQuality'
> & {
  /** [C] Null where a model has no attention. */
  attentive: Float32Array | null;
};

/** Writes predictions into the project's tables, or into ones with the same columns. */
export class PredictionWriter {
  #upsertPrediction;
  #upsertEmbedding;

  constructor(database: Database.Database, tables: { predictions: string; embeddings: string }) {
    this.#upsertPrediction = database.prepare(
      `INSERT OR REPLACE INTO ${tables.predictions} (sample_id, run_id, primary_distribution, corrected_distribution,
         attentive_distribution, confidence_primary, confidence_corrected, corrected_class, nearest_anchors, face_quality)
       VALUES (@sampleId, @runId, @primary, @corrected, @attentive, @confidencePrimary, @confidenceCorrected,
         @correctedClass, @anchors, @faceQuality)`,
    );
    this.#upsertEmbedding = database.prepare(
      `INSERT OR REPLACE INTO ${tables.embeddings} (sample_id, run_id, vector) VALUES (?, ?, ?)`,
    );
  }

  /** An empty embedding means none. */
  write(runId: number, sampleId: number, outputs: StoredOutputs, anchors: readonly AnchorMatch[]): void {
    this.#upsertPrediction.run({
      sampleId,
      runId,
      primary: float32Blob(outputs.primary),
      corrected: float32Blob(outputs.corrected),
      attentive: outputs.attentive && float32Blob(outputs.attentive),
      confidencePrimary: outputs.confidencePrimary,
      confidenceCorrected: outputs.confidenceCorrected,
      correctedClass: argmax(outputs.corrected),
      anchors: anchorsBlob(anchors),
      faceQuality: outputs.faceQuality,
    });
    if (outputs.embedding.length > 0)
      this.#upsertEmbedding.run(sampleId, runId, float16Blob(outputs.embedding));
  }
}
