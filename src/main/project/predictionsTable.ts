import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { ModelMetadata } from '../../domain/model.ts';
import type { VerdictKind } from '../../domain/verdicts.ts';
import type { AnchorMatch } from '../../labelQuality/reliability.ts';
import { anchorsOf, nearestDistance } from './anchorBlobs.ts';
import { checkFloat16, float16Array, float16View, float32Array } from './floats.ts';
import { PredictionWriter } from './predictionWriter.ts';

/** The model's prediction for one image. C is the number of the model's classes. */
export interface Prediction {
  sampleId: number;
  /** [C] */
  primary: Float32Array;
  /** [C] */
  corrected: Float32Array;
  /** [C] Null if an older version predicted the image. */
  attentive: Float32Array | null;
  confidencePrimary: number;
  confidenceCorrected: number;
  /** 0 unusable to 1; null from a model that does not say it. */
  faceQuality: number | null;
  /** Nearest first, at most as many as are stored. */
  anchors: AnchorMatch[];
}

export interface Embedding {
  sampleId: number;
  /** [D] As it is stored. */
  vector: Float16Array;
}

/** A fit's inputs for an image. */
export interface FitColumns {
  sampleId: number;
  givenClass: number | null;
  currentVerdict: VerdictKind | null;
  /** Of a relabelled image. */
  currentClass: number | null;
  /** Null where no model of GReFEL's has seen the pixels. */
  perceptualHash: string | null;
  /** Of the shorter side, in pixels. */
  side: number | null;
  /** Null if an older version predicted the image. */
  brightness: number | null;
  sharpness: number | null;
  /** Null from a model that does not say it. */
  faceQuality: number | null;
  /** How many faces were found in its photograph; null if none were searched for. */
  facesFound: number | null;
  /** A key that the parts of one photograph share; null for an image that is its whole file. */
  photograph: string | null;
  /** [C] */
  corrected: Float32Array;
  /** [C] Null if an older version predicted the image. */
  attentive: Float32Array | null;
  /** To the nearest anchor; null without anchors, as imported predictions are. */
  anchorDistance: number | null;
  /** [D] little-endian half floats, as they are stored; empty where D = 0. */
  embedding: Buffer;
}

const READING_COLUMNS = `sample_id, primary_distribution, corrected_distribution, attentive_distribution,
  confidence_primary, confidence_corrected, nearest_anchors, face_quality`;
const ANCHORS_COLUMN = 'predictions.nearest_anchors';

const rowSchema = z.object({
  sample_id: z.number(),
  primary_distribution: z.instanceof(Buffer),
  corrected_distribution: z.instanceof(Buffer),
  attentive_distribution: z.instanceof(Buffer).nullable(),
  confidence_primary: z.number(),
  confidence_corrected: z.number(),
  nearest_anchors: z.instanceof(Buffer),
  face_quality: z.number().nullable(),
});

/** The model's predictions and embeddings, one row an image: those of the newest run. */
export class PredictionsTable extends PredictionWriter {
  #byId;
  #confidences;
  #nearestAnchors;
  #page;
  #embedding;
  #embeddings;
  #embeddingsOf;
  #fitColumns;
  #anyQuality;

  constructor(database: Database.Database) {
    super(database, { predictions: 'predictions', embeddings: 'embeddings' });
    this.#byId = database.prepare(`SELECT ${READING_COLUMNS} FROM predictions WHERE sample_id = ?`);
    this.#embedding = database.prepare('SELECT vector FROM embeddings WHERE sample_id = ?').pluck();
    this.#embeddings = database.prepare(
      'SELECT sample_id AS sampleId, vector FROM embeddings WHERE sample_id > ? ORDER BY sample_id LIMIT ?',
    );
    this.#embeddingsOf = database.prepare(
      `SELECT sample_id AS sampleId, vector FROM embeddings
         WHERE sample_id IN (SELECT value FROM json_each(?))`,
    );
    this.#confidences = database
      .prepare(
        'SELECT sample_id, confidence_corrected FROM predictions WHERE sample_id > ? ORDER BY sample_id LIMIT ?',
      )
      .raw();
    this.#nearestAnchors = database.prepare(
      `SELECT sample_id AS sampleId, nearest_anchors AS blob FROM predictions
         WHERE sample_id > ? ORDER BY sample_id LIMIT ?`,
    );
    this.#page = database.prepare(
      `SELECT ${READING_COLUMNS} FROM predictions WHERE sample_id > ? ORDER BY sample_id LIMIT ?`,
    );
    // All predictions of a model have it, or none.
    this.#anyQuality = database
      .prepare('SELECT face_quality FROM predictions ORDER BY sample_id LIMIT 1')
      .pluck();
    this.#fitColumns = database.prepare(
      `SELECT samples.id AS sampleId, given_class AS givenClass, current_verdict AS currentVerdict,
         current_class AS currentClass, perceptual_hash AS perceptualHash,
         min(width, height) AS side, brightness, sharpness, face_quality AS faceQuality,
         json_array_length(faces) AS facesFound,
         iif(region ->> 'kind' = 'box', path || coalesce(region ->> 'picture', ''), NULL) AS photograph,
         corrected_distribution AS corrected, attentive_distribution AS attentive, nearest_anchors AS anchors,
         coalesce(vector, x'') AS embedding
       FROM samples JOIN predictions ON predictions.sample_id = samples.id
         LEFT JOIN embeddings ON embeddings.sample_id = samples.id
         LEFT JOIN picture_quality ON picture_quality.sample_id = samples.id
         LEFT JOIN further_faces ON further_faces.sample_id = samples.id
         LEFT JOIN face_searches ON face_searches.sample_id = coalesce(photograph_id, samples.id) AND in_use = 1
       WHERE samples.id > ? AND state = 'read' ORDER BY samples.id LIMIT ?`,
    );
  }

  /** Does the model say how usable faces are? */
  hasFaceQuality(): boolean {
    return typeof this.#anyQuality.get() === 'number';
  }

  byId(sampleId: number, model: ModelMetadata): Prediction | null {
    const row = this.#byId.get(sampleId);
    return row === undefined ? null : predictionOf(row, model);
  }

  /**
   * The next predictions in the order of sample ids, for a pass over all of them that lets other work run in
   * between.
   */
  page(afterSampleId: number, limit: number, model: ModelMetadata): Prediction[] {
    return this.#page.all(afterSampleId, limit).map((row) => predictionOf(row, model));
  }

  /** [D] */
  embedding(sampleId: number): Float32Array | null {
    const vector = this.#embedding.get(sampleId) as Buffer | undefined;
    return vector === undefined ? null : embeddingOf(vector);
  }

  /** Up to `limit` embeddings, by id after `afterId`. */
  embeddingsAfter(afterId: number, limit: number): Embedding[] {
    return (this.#embeddings.all(afterId, limit) as EmbeddingRow[]).map(embeddingIn);
  }

  /** The embeddings of some images, in the order of their ids. */
  embeddingsOf(ids: readonly number[]): Embedding[] {
    return (this.#embeddingsOf.all(JSON.stringify(ids)) as EmbeddingRow[]).map(embeddingIn);
  }

  /** Up to `limit` scanned images, by id after `afterId`: what a fit to the labels needs of each. */
  fitColumns(afterId: number, limit: number, model: ModelMetadata): FitColumns[] {
    const rows = this.#fitColumns.all(afterId, limit) as (Omit<
      FitColumns,
      'corrected' | 'attentive' | 'anchorDistance'
    > & { corrected: Buffer; attentive: Buffer | null; anchors: Buffer })[];
    const classes = model.classes.length;
    return rows.map(({ anchors, ...row }) => {
      checkFloat16(row.embedding, model.embeddingSize, 'embeddings.vector');
      return {
        ...row,
        corrected: float32Array(row.corrected, classes, 'predictions.corrected_distribution'),
        attentive: attentiveOf(row.attentive, classes),
        anchorDistance: nearestDistance(anchors, ANCHORS_COLUMN),
      };
    });
  }

  /** Up to `limit` confidences of corrected distributions, by id after `afterId`: pairs of id and confidence. */
  confidences(afterId: number, limit: number): [sampleId: number, confidence: number][] {
    return this.#confidences.all(afterId, limit) as [number, number][];
  }

  /** Up to `limit` scanned images, by id after `afterId`, with their nearest anchors. */
  nearestAnchors(afterId: number, limit: number): { sampleId: number; anchors: AnchorMatch[] }[] {
    const rows = this.#nearestAnchors.all(afterId, limit) as { sampleId: number; blob: Buffer }[];
    return rows.map(({ sampleId, blob }) => ({ sampleId, anchors: anchorsOf(blob, ANCHORS_COLUMN) }));
  }
}

function predictionOf(row: unknown, model: ModelMetadata): Prediction {
  const parsed = rowSchema.parse(row);
  const classes = model.classes.length;
  return {
    sampleId: parsed.sample_id,
    primary: float32Array(parsed.primary_distribution, classes, 'predictions.primary_distribution'),
    corrected: float32Array(parsed.corrected_distribution, classes, 'predictions.corrected_distribution'),
    attentive: attentiveOf(parsed.attentive_distribution, classes),
    confidencePrimary: parsed.confidence_primary,
    confidenceCorrected: parsed.confidence_corrected,
    faceQuality: parsed.face_quality,
    anchors: anchorsOf(parsed.nearest_anchors, ANCHORS_COLUMN),
  };
}

function attentiveOf(blob: Buffer | null, classes: number): Float32Array | null {
  return blob && float32Array(blob, classes, 'predictions.attentive_distribution');
}

interface EmbeddingRow {
  sampleId: number;
  vector: Buffer;
}

function embeddingIn({ sampleId, vector }: EmbeddingRow): Embedding {
  return { sampleId, vector: float16View(vector, 'embeddings.vector') };
}

function embeddingOf(vector: Buffer): Float32Array {
  return float16Array(vector, vector.byteLength / Float16Array.BYTES_PER_ELEMENT, 'embeddings.vector');
}
