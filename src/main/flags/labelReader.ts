import {
  applicableMapping,
  buildClassSpace,
  type ClassMapping,
  type ClassSpace,
  projectDistribution,
} from '../../shared/classSpace.ts';
import { explainFlag } from '../../shared/flagReason.ts';
import type { ModelMetadata } from '../../shared/model.ts';
import type { AnchorMatch } from '../../shared/reliability.ts';
import { bestOtherLabel, type LabelDistribution, scoreReading } from '../../shared/scores.ts';
import type { Flag, TrainedOn } from '../project/index.ts';

/** Reads a model's distributions in the words of one dataset: its classes, suggestion, scores, reasons. */
export class LabelReader {
  readonly space: ClassSpace;
  readonly #classNames: readonly string[];
  readonly #model: ModelMetadata;

  /** @param mapping what the user said of some classes; what does not fit this model is passed over */
  constructor(classNames: readonly string[], model: ModelMetadata, mapping: ClassMapping = {}) {
    this.#classNames = classNames;
    this.#model = model;
    const fitting = applicableMapping(mapping, classNames, model.classes);
    this.space = buildClassSpace([...classNames], model.classes, fitting);
  }

  /** Does the model have a probability for this class of the dataset? */
  knows(label: number): boolean {
    return this.space.groupOfDatasetClass[label] != null;
  }

  /**
   * A model's distribution over the dataset's classes: summed and renormalised over the mapped ones, null
   * for a class that the model does not know. Of several names for one class (happy, joy), the given label or
   * else the first name has the probability.
   * @param distribution [C] over the model's classes
   */
  overLabels(distribution: ArrayLike<number>, given: number | null): LabelDistribution {
    const projected = projectDistribution(this.space, distribution);
    const labels = new Array<number | null>(this.#classNames.length).fill(null);
    for (const [index, group] of this.space.groups.entries()) {
      const label = given !== null && group.datasetClasses.includes(given) ? given : group.datasetClasses[0];
      if (label !== undefined) labels[label] = projected[index] ?? 0;
    }
    return labels;
  }

  /** What the model suggests, and how suspicious the given label is by each score. */
  flag(
    sampleId: number,
    corrected: ArrayLike<number>,
    given: number | null,
    trainedOn: TrainedOn | null,
  ): Flag {
    const distribution = this.overLabels(corrected, given);
    return {
      sampleId,
      suggestedClass: bestOtherLabel(distribution, null)?.label ?? null,
      scores: scoreReading(distribution, given),
      trainedOn,
    };
  }

  /** Why an image is flagged, or is not, in one sentence. */
  explain(corrected: ArrayLike<number>, given: number | null, anchors: readonly AnchorMatch[]): string {
    return explainFlag({
      distribution: this.overLabels(corrected, given),
      given,
      classNames: this.#classNames,
      anchors,
      anchorClassNames: this.#model.classes.map((_, modelClass) => this.nameOfModelClass(modelClass)),
    });
  }

  /** The dataset's label for a class of the model; null where the dataset has none. */
  labelOfModelClass(modelClass: number): number | null {
    return (
      this.space.groups.find((group) => group.modelClasses.includes(modelClass))?.datasetClasses[0] ?? null
    );
  }

  /** Names of the model's classes that a label stands for. */
  modelClassesOf(label: number): string[] {
    const group = this.space.groupOfDatasetClass[label];
    if (group == null) return [];
    return (this.space.groups[group]?.modelClasses ?? []).map(
      (place) => this.#model.classes[place]?.name ?? '',
    );
  }

  /** A class of the model in the dataset's spelling, or in the model's where it is not mapped. */
  nameOfModelClass(modelClass: number): string {
    const label = this.labelOfModelClass(modelClass);
    return (label === null ? this.#model.classes[modelClass]?.name : this.#classNames[label]) ?? '';
  }
}
