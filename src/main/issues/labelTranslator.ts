import {
  applicableMapping,
  buildClassSpace,
  type ClassMapping,
  type ClassSpace,
  projectDistribution,
} from '../../domain/classSpace.ts';
import { classTitles } from '../../domain/classTitle.ts';
import { type ModelMetadata, wasImported } from '../../domain/model.ts';
import { calibratePrediction, type RawPrediction } from '../../labelQuality/calibratedPrediction.ts';
import { distanceConflict } from '../../labelQuality/distanceConflict.ts';
import { explainFlag } from '../../labelQuality/flagReason.ts';
import {
  type LabelProbabilities,
  labelProbabilities,
  type StoredLabelScores,
  wrongLabel,
} from '../../labelQuality/labelProbabilities.ts';
import { scoreAlone } from '../../labelQuality/rankLabels.ts';
import type { AnchorMatch } from '../../labelQuality/reliability.ts';
import { bestOtherLabel, type LabelDistribution, scoreSample } from '../../labelQuality/scores/index.ts';
import type { Flag, TrainedOn } from '../project/index.ts';

/**
 * Wrong-label probability of a label that is misspelt: set, not estimated. A rare name a letter away from a class with
 * many images is hardly ever a class of its own.
 */
const MISSPELT = 0.95;

/** Translates a model's distributions to one dataset: its classes, suggestion, scores, reasons. */
export class LabelTranslator {
  readonly space: ClassSpace;
  readonly #classNames: readonly string[];
  readonly #model: ModelMetadata;
  /** How classes are shown, by their index. */
  readonly titles: readonly string[];
  /** The correctly spelt class for each misspelt one, by index. */
  readonly #meant = new Map<number, number>();

  /**
   * @param mapping what is known of some classes' meaning; what does not fit this model is ignored
   * @param misspelt classes with a misspelt name, with the class that was meant
   * @param counts images of each class, by name
   */
  constructor(
    classNames: readonly string[],
    model: ModelMetadata,
    mapping: ClassMapping = {},
    misspelt: ReadonlyMap<string, string> = new Map(),
    counts: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#classNames = classNames;
    this.#model = model;
    this.titles = classTitles(classNames, mapping);
    const fitting = applicableMapping(mapping, classNames, model.classes);
    this.space = buildClassSpace([...classNames], model.classes, fitting);
    for (const [name, other] of misspelt)
      this.#meant.set(classNames.indexOf(name), classNames.indexOf(other));
    // A slip of the hand never names its class; of several spellings the usual one does.
    const slips = (label: number) => Number(this.#meant.has(label));
    const images = (label: number) => counts.get(classNames[label] ?? '') ?? 0;
    for (const group of this.space.groups) {
      group.datasetClasses.sort((a, b) => slips(a) - slips(b) || images(b) - images(a) || a - b);
      group.name = classNames[group.datasetClasses[0] as number] ?? group.name;
    }
  }

  /** Does the model have a probability for this class of the dataset? */
  knows(label: number): boolean {
    return this.space.groupOfDatasetClass[label] != null;
  }

  /**
   * A model's distribution over the dataset's classes: summed and renormalised over the mapped ones, null
   * for a class that the model does not know. Of several names for one class (happy, joy), the given label or
   * else the most frequent name has the probability.
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
   * The model's suggestion for one image, and the scores of its given label that one image allows; the others
   * follow when the whole dataset is fitted.
   * @param anchorDistances [C*K], Eq. 12, if available
   */
  flag(
    sampleId: number,
    prediction: RawPrediction & { anchorDistances?: ArrayLike<number> },
    given: number | null,
    trainedOn: TrainedOn | null,
  ): Flag {
    const distribution = this.overLabels(prediction.corrected, given);
    const calibrated = this.overLabels(calibratePrediction(prediction, this.#model), given);
    const scored = scoreAlone(calibrated, given);
    const { anchorDistances } = prediction;
    return this.flagMisspelt(given, {
      sampleId,
      suggestedClass: scored?.suggested ?? bestOtherLabel(distribution, null)?.label ?? null,
      alternativeClass: scored === null || scored.alternative < 0 ? null : scored.alternative,
      alternativeProbability: scored?.alternativeProbability ?? null,
      truth: Float32Array.from(calibrated, (share, label) =>
        share === null ? Number.NaN : (scored?.truth[label] ?? share),
      ),
      scores: scoreSample(distribution, given, {
        'wrong-label': scored?.wrong,
        'anchor-distance': anchorDistances && this.#anchorScore(anchorDistances, given),
      }),
      trainedOn,
    });
  }

  /**
   * A misspelt label is flagged whatever the image shows, because it is no class as it is written. Its
   * suggestion is the class that was meant, unless the image is likely of another one.
   */
  flagMisspelt(given: number | null, flag: Flag): Flag {
    const meant = given === null ? undefined : this.#meant.get(given);
    if (meant === undefined) return flag;
    const isOther =
      flag.suggestedClass !== null && flag.suggestedClass !== given && flag.suggestedClass !== meant;
    const wrong = Math.max(MISSPELT, flag.scores['wrong-label'] ?? 0);
    // The other results for the image follow from this.
    const scored = { ...flag, truth: null, scores: { ...flag.scores, 'wrong-label': wrong } };
    if (isOther) return scored;
    return { ...scored, suggestedClass: meant, alternativeClass: meant, alternativeProbability: wrong };
  }

  /** Misspelt classes and the ones that were meant, by their indices. */
  get misspelt(): [number, number][] {
    return [...this.#meant];
  }

  /** The correctly spelt class of a misspelt one; null for any other. */
  meantBy(label: number): number | null {
    return this.#meant.get(label) ?? null;
  }

  /**
   * Distance to the nearest anchor of the given class compared with that of any other class of the dataset.
   */
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

  /** [L] The model's classes that each class of the dataset maps to; of synonyms, the first has them. */
  get classMap(): number[][] {
    return this.#classNames.map((_, label) => {
      const group = this.space.groupOfDatasetClass[label];
      const meaning = group == null ? undefined : this.space.groups[group];
      return meaning?.datasetClasses[0] === label ? meaning.modelClasses : [];
    });
  }

  /** The first of a label's synonyms: "happy" for "joy", if the dataset has both. */
  firstSynonym(label: number): number {
    const group = this.space.groupOfDatasetClass[label];
    return (group == null ? undefined : this.space.groups[group]?.datasetClasses[0]) ?? label;
  }

  /**
   * The probability of each label to be the true one.
   * @param flag the stored values of the image
   */
  probabilities(
    flag: StoredLabelScores,
    { corrected }: Pick<RawPrediction, 'corrected'>,
    given: number | null,
  ): LabelProbabilities {
    return labelProbabilities(flag, given, Array.from(this.overLabels(corrected, given)));
  }

  /**
   * Why an image is flagged, or is not.
   * @param anchors names of the classes of its closest reference faces, nearest first; by default those of the model
   */
  explain(
    flag: StoredLabelScores,
    prediction: Pick<RawPrediction, 'corrected'> & { anchors: readonly AnchorMatch[] },
    given: number | null,
    flaggedAt: number,
    anchors = prediction.anchors.map(({ classIndex }) => this.titleOfModelClass(classIndex)),
  ): string {
    const meant = given === null ? null : this.meantBy(given);
    if (given !== null && meant !== null)
      return `${this.titles[given]} is likely a misspelling of ${this.titles[meant]}.`;
    return explainFlag({
      probabilities: this.probabilities(flag, prediction, given),
      given,
      flagged: (wrongLabel(flag) ?? 0) >= flaggedAt,
      classNames: this.titles,
      anchors,
      readBy: wasImported(this.#model) ? this.#model.name : 'GReFEL',
    });
  }

  /** The dataset's label for a class of the model; null if the dataset has none. */
  labelOfModelClass(modelClass: number): number | null {
    return (
      this.space.groups.find((group) => group.modelClasses.includes(modelClass))?.datasetClasses[0] ?? null
    );
  }

  /** Names of the model's classes that a label maps to. */
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

  /** A class of the model as the dataset's is shown, or by the model's name where it is not mapped. */
  titleOfModelClass(modelClass: number): string {
    const label = this.labelOfModelClass(modelClass);
    return (label === null ? this.#model.classes[modelClass]?.name : this.titles[label]) ?? '';
  }
}
