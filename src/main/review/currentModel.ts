import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildClassSpace, type ClassMapping } from '../../domain/classSpace.ts';
import type { LabelTranslator } from '../issues/index.ts';
import { readClassMapping, storeChoices, translatorOf } from '../opened/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { outdateFlags, readLabelFit } from '../tune/index.ts';
import { AnchorGallery } from './anchorGallery.ts';
import { EmbeddingBlock } from './embeddingBlock.ts';
import type { PredictionContext } from './sampleDetail.ts';

const ANCHORS_AT_ONCE = 2000;

/** The model of a project's predictions, and its predictions in the dataset's own classes. */
export class CurrentModel {
  readonly #project: ProjectFile;
  #run: ModelRun | null = null;
  #context: PredictionContext | null = null;

  constructor(project: ProjectFile) {
    this.#project = project;
    const latest = project.modelRuns.latest();
    if (latest !== null) this.begin(latest);
  }

  /** Null before the first scan. */
  get run(): ModelRun | null {
    return this.#run;
  }

  get context(): PredictionContext | null {
    return this.#context;
  }

  get translator(): LabelTranslator | null {
    return this.#context?.translator ?? null;
  }

  get classMapping(): ClassMapping {
    return readClassMapping(this.#project);
  }

  /** Uses a run from now on; which images are near its anchors is not known yet. */
  begin(run: ModelRun): PredictionContext {
    this.#run = run;
    this.#context = {
      model: run.model,
      translator: translatorOf(this.#project, run),
      gallery: new AnchorGallery(),
      embeddings: new EmbeddingBlock(),
      tunedGallery: new AnchorGallery(),
      fit: readLabelFit(this.#project),
    };
    return this.#context;
  }

  /**
   * Adds the results of learning from the labels: the images closest to each anchor of the tuned model, page
   * by page.
   * @param stopped whether the result is no longer needed
   */
  async readTunedModel(stopped: () => boolean = () => false): Promise<void> {
    const context = this.#context;
    if (context === null) return;
    const { tunedPredictions } = this.#project;
    const gallery = new AnchorGallery();
    let page = tunedPredictions.anchorPage(0, ANCHORS_AT_ONCE);
    for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
      for (const { sampleId, anchors } of page) gallery.add(sampleId, anchors);
      await nextTurn();
      if (stopped()) return;
      page = tunedPredictions.anchorPage(last.sampleId, ANCHORS_AT_ONCE);
    }
    context.fit = readLabelFit(this.#project);
    context.tunedGallery = gallery;
  }

  /** Stores the mapping of the dataset's classes, and that the flags do not follow it yet. */
  remap(classNames: string[], classMapping: ClassMapping): void {
    const [run, context] = [this.#run, this.#context];
    // Refuses classes that are not there, where the model's are known.
    if (run !== null) buildClassSpace(classNames, run.model.classes, classMapping);
    this.#project.transaction(() => {
      storeChoices(this.#project, { classMapping });
      outdateFlags(this.#project);
    });
    if (run !== null && context !== null) context.translator = translatorOf(this.#project, run);
  }
}
