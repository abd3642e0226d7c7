import { AppError } from '../../domain/errors.ts';
import { confidence } from '../../labelQuality/reliability.ts';
import type { PredictionReport } from '../../protocol/predictions.ts';
import type { PredictedRow } from '../dataset/index.ts';
import type { LabelReader } from '../issues/index.ts';
import { ImageNames } from '../opened/index.ts';
import type { FoundSample, ProjectFile, StagedReadings } from '../project/index.ts';

/** Beyond these a half float is infinite. */
const LARGEST_HALF = 65_504;

export interface RowTarget {
  project: ProjectFile;
  folder: string;
  file: string;
  /** Pass over rows of images that the dataset does not have. */
  skipUnknown: boolean;
  /** D of every row. */
  embeddingSize: number;
  reader: LabelReader;
  staged: StagedReadings;
}

/** Checks predicted rows against a dataset's images, and stages them as readings with their flags. */
export class PredictedRows {
  readonly #target: RowTarget;
  readonly #names: ImageNames;
  /** In the dataset's order, for a file that names no images. */
  readonly #inOrder: Iterator<FoundSample>;
  /** 1 for an image that had a row, by its id. */
  #seen = new Uint8Array(1 << 10);
  #rows = 0;
  #counts = { images: 0, unreadable: 0, unknown: 0 };

  constructor(target: RowTarget) {
    this.#target = target;
    this.#names = new ImageNames(target.project, target.folder);
    this.#inOrder = target.project.samples.indexed()[Symbol.iterator]();
  }

  /** Rows looked at. */
  get size(): number {
    return this.#rows;
  }

  /** @throws AppError `table-invalid` with the file and the line or row */
  take({ image, place, distribution, embedding }: PredictedRow): void {
    this.#rows++;
    const sample = image === null ? (this.#inOrder.next().value ?? null) : this.#names.find(image);
    if (sample === null) {
      if (!this.#target.skipUnknown) throw this.#unknownImage(image ?? '', place);
      this.#counts.unknown++;
      return;
    }
    if (this.#wasSeen(sample.id))
      throw this.#refuse(place, `"${image}" has a row already`, 'Keep one of them.');
    this.#checkEmbedding(embedding, place);
    if (sample.state === 'unreadable') {
      this.#counts.unreadable++;
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
    const flag = this.#target.reader.flag(sample.id, outputs, sample.givenClass, null);
    this.#target.staged.add(sample.id, outputs, flag);
    this.#counts.images++;
  }

  /** After the last row. @throws AppError `table-invalid` where none was of an image that can be read */
  finish(): Pick<PredictionReport, 'images' | 'withoutRow' | 'unreadable' | 'unknown' | 'matched'> {
    const { file, project } = this.#target;
    if (this.#counts.images === 0) {
      throw new AppError(
        'table-invalid',
        `${file}: none of its ${this.#rows} rows is for a readable image of the dataset`,
        'Nothing was imported.',
      );
    }
    const { pending, read } = project.samples.counts();
    return {
      ...this.#counts,
      withoutRow: pending + read - this.#counts.images,
      matched: this.#names.counts,
    };
  }

  #wasSeen(id: number): boolean {
    if (id >= this.#seen.length) {
      const larger = new Uint8Array(Math.max(id + 1, 2 * this.#seen.length));
      larger.set(this.#seen);
      this.#seen = larger;
    }
    const was = this.#seen[id] === 1;
    this.#seen[id] = 1;
    return was;
  }

  #checkEmbedding(embedding: Float32Array, place: string): void {
    const { embeddingSize } = this.#target;
    if (embedding.length !== embeddingSize) {
      const found = `its embedding has ${embedding.length} numbers where the first row has ${embeddingSize}`;
      throw this.#refuse(place, found, 'All embeddings must have the same size.');
    }
    for (const value of embedding) {
      if (Math.abs(value) <= LARGEST_HALF) continue;
      throw this.#refuse(
        place,
        `its embedding contains ${value}`,
        `Embeddings are stored as half floats: every number must be within ±${LARGEST_HALF}.`,
      );
    }
  }

  #unknownImage(image: string, place: string): AppError {
    const example = this.#target.project.samples.indexed()[Symbol.iterator]().next().value?.image ?? '';
    const [first, second] = this.#names.candidatesOf(image);
    const what =
      image.trim() === ''
        ? 'it names no image'
        : second === undefined
          ? `the dataset has no image "${image}"`
          : `"${image}" could be ${first} or ${second}`;
    return this.#refuse(
      place,
      what,
      `Images are named as in "${example}". Use --skip-unknown to ignore rows for unknown images.`,
    );
  }

  #refuse(place: string, problem: string, hint: string): AppError {
    return new AppError(
      'table-invalid',
      `${this.#target.file} ${place}: ${problem}`,
      `${hint} Nothing was imported.`,
    );
  }
}
