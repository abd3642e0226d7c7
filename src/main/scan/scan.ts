import { anchorSimilarities, nearestAnchors } from '../../labelQuality/reliability.ts';
import type { JobProgress } from '../../protocol/api.ts';
import type { Engine, EngineResult } from '../engine/index.ts';
import type { LabelTranslator, TrainingImages } from '../issues/index.ts';
import { BatchJob, PlaceWatch, PROBED_FILES, readInPlace } from '../jobs/index.ts';
import { datasetPlace, imageSource } from '../opened/index.ts';
import { type Flag, type ModelRun, type ProjectFile, type Sample, STORED_ANCHORS } from '../project/index.ts';

/** The reports of a running scan. */
interface ScanListener {
  progress(job: JobProgress): void;
  read(prediction: {
    flag: Flag;
    confidence: number;
    anchors: ReturnType<typeof nearestAnchors>;
    /** [D] */
    embedding: Float32Array;
  }): void;
  unreadable(sampleId: number): void;
}

interface ScanInputs {
  project: ProjectFile;
  /** Absolute path of the dataset's folder. */
  folder: string;
  engine: Engine;
  run: ModelRun;
  translator: LabelTranslator;
  trainingImages: TrainingImages;
  /** Ids of the samples to predict, in this order. */
  order: Int32Array;
  listener: ScanListener;
}

/** Has the model predict every pending sample. */
export class ScanJob extends BatchJob<Sample, EngineResult> {
  readonly #storing: PredictionStore;

  constructor(inputs: ScanInputs) {
    const { project, folder, engine, order, listener } = inputs;
    const { framing } = inputs.run;
    const { pending, read, unreadable } = project.samples.counts();
    const done = read + unreadable;
    const total = done + pending;
    const place = datasetPlace(project, folder);
    const storing = new PredictionStore(inputs);
    const watch = new PlaceWatch(folder, () => project.samples.somePaths(PROBED_FILES));
    let next = 0;
    super({
      kind: 'scan',
      done,
      total,
      nextBatch: () => {
        let batch: Sample[] = [];
        // Samples that are no longer pending are skipped; an empty batch is the end.
        while (batch.length === 0 && next < order.length) {
          batch = project.samples.toRead([...order.subarray(next, next + engine.batchSize)]);
          next += engine.batchSize;
        }
        return batch;
      },
      run: (batch) => {
        storing.expect(batch);
        return readInPlace(watch, batch, (samples) =>
          engine.infer(samples.map((sample) => ({ id: sample.id, ...imageSource(place, sample), framing }))),
        );
      },
      store: (results) => storing.store(results),
      close: () => engine.close(),
      progress: (job) => listener.progress(job),
    });
    this.#storing = storing;
  }

  /** The user has changed the meaning of the dataset's classes: predictions from now on follow it. */
  useTranslator(translator: LabelTranslator): void {
    this.#storing.translator = translator;
  }
}

/** Stores predictions. */
class PredictionStore {
  readonly #inputs: ScanInputs;
  readonly #givenClass = new Map<number, number | null>();
  translator: LabelTranslator;

  constructor(inputs: ScanInputs) {
    this.#inputs = inputs;
    this.translator = inputs.translator;
  }

  /** These images are about to be predicted. */
  expect(batch: readonly Sample[]): void {
    for (const { id, givenClass } of batch) this.#givenClass.set(id, givenClass);
  }

  store(results: EngineResult[]): void {
    const { project, listener } = this.#inputs;
    this.#storeFeatures(results);
    const stored = project.transaction(() =>
      results.map((result) => (result.ok ? this.#storePrediction(result) : this.#storeProblem(result))),
    );
    for (const [index, prediction] of stored.entries()) {
      if (prediction !== null) listener.read(prediction);
      else listener.unreadable((results[index] as EngineResult).id);
    }
  }

  /** Before the predictions are committed: an image that counts as scanned has its features. */
  #storeFeatures(results: EngineResult[]): void {
    const { project } = this.#inputs;
    const rows = results.flatMap((result) =>
      result.ok && result.outputs.features !== null
        ? [{ id: result.id, features: result.outputs.features }]
        : [],
    );
    try {
      project.features.write(rows);
    } catch (error) {
      throw project.explain(error);
    }
  }

  #storePrediction(result: EngineResult & { ok: true }) {
    const { project, run, trainingImages, engine } = this.#inputs;
    const { id, outputs, image, file } = result;
    const similarities = anchorSimilarities(outputs.anchorDistance, engine.model.delta);
    const anchors = nearestAnchors(
      outputs.anchorDistance,
      similarities,
      engine.model.anchorsPerClass,
      STORED_ANCHORS,
    );
    const trainedOn = trainingImages.match(image.pixelsSha256, image.perceptualHash);
    const flag = this.translator.flag(
      id,
      { ...outputs, anchorDistances: outputs.anchorDistance },
      this.#takeGiven(id),
      trainedOn,
    );
    if (file !== null) project.samples.markRead(id, file, image);
    project.issues.writeQuality(id, image);
    project.predictions.write(run.id, id, outputs, anchors);
    project.flags.write(run.id, flag);
    return { flag, confidence: outputs.confidenceCorrected, anchors, embedding: outputs.embedding };
  }

  #storeProblem({ id, problem, file }: EngineResult & { ok: false }): null {
    this.#takeGiven(id);
    this.#inputs.project.samples.markUnreadable(id, problem, file?.contentSha256 ?? null);
    return null;
  }

  #takeGiven(id: number): number | null {
    const given = this.#givenClass.get(id) ?? null;
    this.#givenClass.delete(id);
    return given;
  }
}
