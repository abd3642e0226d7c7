import type { ScannedRow } from '../dataset/index.ts';
import type { FeatureRow } from '../features/index.ts';
import type { LabelTranslator, TrainingImages } from '../issues/index.ts';
import type { ProjectFile, StagedPredictions } from '../project/index.ts';
import type { PredictedImages } from './predictedImages.ts';

interface ScannedRowTarget {
  project: ProjectFile;
  images: PredictedImages;
  translator: LabelTranslator;
  staged: StagedPredictions;
  trainingImages: TrainingImages;
  /** K of the model. */
  anchorsPerClass: number;
}

interface UnreadableImage {
  id: number;
  problem: string;
  contentSha256: string | null;
}

/**
 * Stages the results of a scan elsewhere as predictions with their flags, as a local scan would store them.
 */
export class ScannedRows {
  readonly #target: ScannedRowTarget;
  /** Few, also among millions of images: they are marked when the rest is published. */
  readonly #unreadable: UnreadableImage[] = [];

  constructor(target: ScannedRowTarget) {
    this.#target = target;
  }

  /**
   * In a transaction.
   * @returns the features of the rows' images, to be written before the predictions are published
   * @throws AppError `table-invalid` with the shard and the row
   */
  take(rows: readonly ScannedRow[]): FeatureRow[] {
    return rows.flatMap((row) => this.#take(row) ?? []);
  }

  /** In the transaction that publishes the predictions. */
  publish(): void {
    const { samples } = this.#target.project;
    for (const { id, problem, contentSha256 } of this.#unreadable)
      samples.markUnreadable(id, problem, contentSha256);
  }

  #take({ image, place, contentSha256, result }: ScannedRow): FeatureRow | null {
    const { project, images, translator, staged, trainingImages, anchorsPerClass } = this.#target;
    const sample = images.find(image, place);
    if (sample === null) return null;
    if (sample.state === 'unreadable' || 'problem' in result) {
      images.countUnreadable(sample);
      if ('problem' in result)
        this.#unreadable.push({ id: sample.id, problem: result.problem, contentSha256 });
      return null;
    }
    const { facts, outputs } = result;
    const anchorDistances = ofEachAnchor(outputs.classDistances, anchorsPerClass);
    const trainedOn = facts && trainingImages.match(facts.pixelsSha256, facts.perceptualHash);
    const flag = translator.flag(sample.id, { ...outputs, anchorDistances }, sample.givenClass, trainedOn);
    if (facts !== null) {
      project.samples.keepFacts(sample.id, contentSha256, facts);
      project.issues.writeQuality(sample.id, facts);
    }
    staged.add(sample.id, outputs, flag, outputs.anchors);
    images.countPredicted();
    return outputs.features === null ? null : { id: sample.id, features: outputs.features };
  }
}

/** [C] -> [C*K]: flags ask for the nearest anchor of a class alone, and a shard keeps no others. */
function ofEachAnchor(classDistances: Float32Array, perClass: number): Float32Array {
  const distances = new Float32Array(classDistances.length * perClass);
  for (const [index, distance] of classDistances.entries())
    distances.fill(distance, index * perClass, (index + 1) * perClass);
  return distances;
}
