import { confidence } from '../../labelQuality/reliability.ts';
import type { PredictedRow } from '../dataset/index.ts';
import type { LabelTranslator } from '../issues/index.ts';
import type { StagedPredictions } from '../project/index.ts';
import type { PredictedImages } from './predictedImages.ts';

/** Beyond these a half float is infinite. */
const LARGEST_HALF = 65_504;

interface RowTarget {
  images: PredictedImages;
  /** D of every row. */
  embeddingSize: number;
  translator: LabelTranslator;
  staged: StagedPredictions;
}

/** Checks rows of predictions against a dataset's images, and stages them with their flags. */
export class PredictedRows {
  readonly #target: RowTarget;

  constructor(target: RowTarget) {
    this.#target = target;
  }

  /** @throws AppError `table-invalid` with the file and the line or row */
  take({ image, place, distribution, embedding }: PredictedRow): void {
    const { images, translator, staged } = this.#target;
    const sample = images.find(image, place);
    if (sample === null) return;
    this.#checkEmbedding(embedding, place);
    if (sample.state === 'unreadable') {
      images.countUnreadable(sample);
      return;
    }
    const sure = confidence(distribution);
    const outputs = {
      primary: distribution,
      corrected: distribution,
      attentive: null,
      confidencePrimary: sure,
      confidenceCorrected: sure,
      embedding,
      faceQuality: null,
    };
    staged.add(sample.id, outputs, translator.flag(sample.id, outputs, sample.givenClass, null));
    images.countPredicted();
  }

  #checkEmbedding(embedding: Float32Array, place: string): void {
    const { embeddingSize, images } = this.#target;
    if (embedding.length !== embeddingSize) {
      const found = `its embedding has ${embedding.length} numbers where the first row has ${embeddingSize}`;
      throw images.refuse(place, found, 'All embeddings must have the same size.');
    }
    for (const value of embedding) {
      if (Math.abs(value) <= LARGEST_HALF) continue;
      throw images.refuse(
        place,
        `its embedding contains ${value}`,
        `Embeddings are stored as half floats: every number must be within ±${LARGEST_HALF}.`,
      );
    }
  }
}
