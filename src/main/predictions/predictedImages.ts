import { AppError } from '../../domain/errors.ts';
import type { PredictionReport } from '../../protocol/predictions.ts';
import { ImageNames } from '../opened/index.ts';
import type { FoundSample, ProjectFile } from '../project/index.ts';

interface PredictedImagesTarget {
  project: ProjectFile;
  folder: string;
  /** The file of predictions, for messages. */
  file: string;
  /** Ignore rows of images that the dataset does not have. */
  skipUnknown: boolean;
}

/** Finds the images that rows of predictions are of, each once, and counts them. */
export class PredictedImages {
  readonly #target: PredictedImagesTarget;
  readonly #names: ImageNames;
  /** In the dataset's order, for a file that names no images. */
  readonly #inOrder: Iterator<FoundSample>;
  /** 1 for an image that had a row, by its id. */
  #seen = new Uint8Array(1 << 10);
  #rows = 0;
  #images = 0;
  #unreadable = 0;
  /** Of them, those that nobody here has found unreadable. */
  #foundUnreadable = 0;
  #unknown = 0;

  constructor(target: PredictedImagesTarget) {
    this.#target = target;
    this.#names = new ImageNames(target.project, target.folder);
    this.#inOrder = target.project.samples.indexed()[Symbol.iterator]();
  }

  /** Rows looked at. */
  get size(): number {
    return this.#rows;
  }

  /**
   * The image of the next row; null for one that is ignored.
   * @param image null if the file has the dataset's order
   * @throws AppError `table-invalid` with the file and the line or row
   */
  find(image: string | null, place: string): FoundSample | null {
    this.#rows++;
    const sample = image === null ? (this.#inOrder.next().value ?? null) : this.#names.find(image);
    if (sample === null) {
      if (!this.#target.skipUnknown) throw this.#unknownImage(image ?? '', place);
      this.#unknown++;
      return null;
    }
    if (this.#wasSeen(sample.id))
      throw this.refuse(place, `"${image}" has a row already`, 'Keep one of them.');
    return sample;
  }

  /** This image has a prediction now. */
  countPredicted(): void {
    this.#images++;
  }

  /** This image cannot be read: here, or where its row was made. */
  countUnreadable({ state }: FoundSample): void {
    this.#unreadable++;
    if (state !== 'unreadable') this.#foundUnreadable++;
  }

  /** After the last row. @throws AppError `table-invalid` if no row belongs to a readable image */
  finish(): Pick<PredictionReport, 'images' | 'withoutRow' | 'unreadable' | 'unknown' | 'matched'> {
    const { file, project } = this.#target;
    if (this.#images === 0) {
      throw new AppError(
        'table-invalid',
        `${file}: none of its ${this.#rows} rows is for a readable image of the dataset`,
        'Nothing was imported.',
      );
    }
    const { pending, read } = project.samples.counts();
    return {
      images: this.#images,
      unreadable: this.#unreadable,
      unknown: this.#unknown,
      withoutRow: pending + read - this.#images - this.#foundUnreadable,
      matched: this.#names.counts,
    };
  }

  refuse(place: string, problem: string, hint: string): AppError {
    return new AppError(
      'table-invalid',
      `${this.#target.file} ${place}: ${problem}`,
      `${hint} Nothing was imported.`,
    );
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

  #unknownImage(image: string, place: string): AppError {
    const example = this.#target.project.samples.indexed()[Symbol.iterator]().next().value?.image ?? '';
    const [first, second] = this.#names.candidatesOf(image);
    const what =
      image.trim() === ''
        ? 'it names no image'
        : second === undefined
          ? `the dataset has no image "${image}"`
          : `"${image}" could be ${first} or ${second}`;
    return this.refuse(
      place,
      what,
      `Images are named as in "${example}". Use --skip-unknown to ignore rows for unknown images.`,
    );
  }
}
