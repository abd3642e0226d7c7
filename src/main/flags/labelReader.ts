import { calibrateReading, type RawReading } from '../../shared/calibratedReading.ts';
import {
  applicableMapping,
  buildClassSpace,
  type ClassMapping,
  type ClassSpace,
  projectDistribution,
} from '../../shared/classSpace.ts';
import { explainFlag } from '../../shared/flagReason.ts';
import { type ModelMetadata, wasImported } from '../../shared/model.ts';
import { judgeAlone } from '../../shared/rankLabels.ts';
import type { AnchorMatch } from '../../shared/reliability.ts';
import {
  bestOtherLabel,
  distanceConflict,
  type LabelDistribution,
  scoreReading,
} from '../../shared/scores.ts';
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

  /**
   * What the model suggests of one image, and how suspicious its given label is by the scores that one image
   * allows; the others follow when the whole data set is fitted.
   * @param anchorDistances [C*K], Eq. 12, where they are at hand
   */
  flag(
    sampleId: number,
    reading: RawReading & { anchorDistances?: ArrayLike<number> },
    given: number | null,
    trainedOn: TrainedOn | null,
  ): Flag {
    const distribution = this.overLabels(reading.corrected, given);
    const judgement = judgeAlone(this.overLabels(calibrateReading(reading, this.#model), given), given);
    const { anchorDistances } = reading;
    return {
      sampleId,
      suggestedClass: judgement?.suggested ?? bestOtherLabel(distribution, null)?.label ?? null,
      alternativeClass: judgement === null || judgement.alternative < 0 ? null : judgement.alternative,
      alternativeProbability: judgement?.alternativeProbability ?? null,
      scores: {
        ...scoreReading(distribution, given),
        'wrong-label': judgement?.wrong ?? null,
        'anchor-distance': anchorDistances === undefined ? null : this.#anchorScore(anchorDistances, given),
      },
      trainedOn,
    };
  }

  /** Distance to the nearest anchor of the given class against that of any other of the data set's classes. */
  #anchorScore(distances: ArrayLike<number>, given: number | null): number | null {
    const group = given === null ? null : this.space.groupOfDatasetClass[given];
    const perClass = this.#model.anchorsPerClass;
    if (group == null || perClass === 0) return null;
    const nearest = this.space.groups.map(({ modelClasses }) =>
      Math.min(
        ...modelClasses.flatMap((modelClass) =>
          Array.from({ length: perClass }, (_, k) => distances[modelClass * perClass + k] as number),
        ),
      ),
    );
    const others = nearest.filter((_, index) => index !== group);
    return others.length === 0 ? null : distanceConflict(nearest[group] as number, Math.min(...others));
  }

  /** [L] The model's classes that each of the data set's classes stands for; of synonyms, the first has them. */
  get classMap(): number[][] {
    return this.#classNames.map((_, label) => {
      const group = this.space.groupOfDatasetClass[label];
      const meaning = group == null ? undefined : this.space.groups[group];
      return meaning?.datasetClasses[0] === label ? meaning.modelClasses : [];
    });
  }

  /** The first of a label's synonyms: "happy" for "joy", where the data set has both. */
  firstSynonym(label: number): number {
    const group = this.space.groupOfDatasetClass[label];
    return (group == null ? undefined : this.space.groups[group]?.datasetClasses[0]) ?? label;
  }

  /** Why an image is flagged, or is not, in one sentence. */
  explain(
    corrected: ArrayLike<number>,
    given: number | null,
    anchors: readonly AnchorMatch[],
    flagged = false,
  ): string {
    return explainFlag({
      distribution: this.overLabels(corrected, given),
      given,
      flagged,
      classNames: this.#classNames,
      anchors,
      anchorClassNames: this.#model.classes.map((_, modelClass) => this.nameOfModelClass(modelClass)),
      ...(wasImported(this.#model) ? { readBy: this.#model.name } : {}),
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
