import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RawPrediction } from '../../labelQuality/calibratedPrediction.ts';
import { confidence } from '../../labelQuality/reliability.ts';
import {
  type KnownScores,
  type LabelDistribution,
  type Scores,
  scoreSample,
  scoresFrom,
} from '../../labelQuality/scores/index.ts';
import {
  ANCHORS_PER_CLASS,
  type FittedLabels,
  NEAREST,
  NOT_DECIDED,
  type TunedModel,
} from '../engine/index.ts';
import type { LabelTranslator } from '../issues/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { QueueChange } from './queueChange.ts';

const WRITE_AT_ONCE = 1000;

/** A project whose labels are fitted. */
export interface FitSource {
  project: ProjectFile;
  run: ModelRun;
  translator: LabelTranslator;
}

/** Columns of the scanned images, in the order of their ids. N images. */
export interface FitColumnsOfAll {
  ids: number[];
  /** [N] -1 for none; of synonyms the first. */
  labels: number[];
  /** [N] class that a person has decided on, or one of engine's NOT_DECIDED and SET_ASIDE. */
  decided: number[];
  hashes: (string | null)[];
  predictions: RawPrediction[];
  /** Of the images that have one, to the nearest anchor. */
  anchorDistances: number[];
  side: number[];
  brightness: number[];
  sharpness: number[];
  faceQuality: number[];
  facesFound: number[];
  photographs: number[];
}

/**
 * Stores a fit's results for each image; images that were predicted again or got another label meanwhile are
 * skipped.
 * @returns whether the queue of what nobody has reviewed changes
 */
export async function storeFit(
  source: FitSource,
  columns: FitColumnsOfAll,
  fitted: FittedLabels,
  issues: Uint32Array,
): Promise<boolean> {
  const { project, run } = source;
  const change = new QueueChange(project.flaggedAt);
  for (let start = 0; start < columns.ids.length; start += WRITE_AT_ONCE) {
    project.transaction(() => {
      const end = Math.min(start + WRITE_AT_ONCE, columns.ids.length);
      for (let image = start; image < end; image++) {
        const sampleId = columns.ids[image] as number;
        const before = project.flags.byId(sampleId);
        const sample = project.samples.byId(sampleId);
        // Predicted again or given another label meanwhile: the next fit includes it.
        if (before === null || sample === null || sample.state !== 'read') continue;
        const label = columns.labels[image] as number;
        const own = sample.givenClass === null ? -1 : source.translator.firstSynonym(sample.givenClass);
        if (own !== label) continue;
        const named = (found: number | undefined) =>
          found === undefined || found < 0 ? null : found === label ? sample.givenClass : found;
        const { ranked } = fitted;
        storeTuned(project, fitted.tuned, sampleId, image);
        project.issues.write({ sampleId, bits: issues[image] as number });
        const flag = source.translator.flagMisspelt(sample.givenClass, {
          sampleId,
          suggestedClass: named(ranked.suggested[image]),
          alternativeClass: named(ranked.alternative[image]),
          alternativeProbability: numberOrNull(ranked.alternativeProbability[image]),
          truth: truthOf(ranked, image, label, sample.givenClass),
          scores: scoresOf(fitted, image, label, before.scores['anchor-distance']),
          trainedOn: before.trainedOn,
        });
        project.flags.write(run.id, flag);
        if (columns.decided[image] === NOT_DECIDED) change.add(before, flag);
      }
    });
    await nextTurn();
  }
  return change.isAny;
}

/** [L] The given class has the score of its first synonym. */
function truthOf(
  { truth, rates }: FittedLabels['ranked'],
  image: number,
  label: number,
  given: number | null,
): Float32Array {
  const row = truth.slice(image * rates.length, (image + 1) * rates.length);
  if (given === null || given === label || label < 0) return row;
  row[given] = row[label] as number;
  row[label] = Number.NaN;
  return row;
}

/** An image without an embedding has no prediction of the tuned model. */
function storeTuned(project: ProjectFile, tuned: TunedModel | null, sampleId: number, image: number): void {
  const anchors = tuned === null ? [] : anchorsOfImage(tuned, image);
  if (tuned === null || anchors.length === 0) {
    project.tunedPredictions.remove(sampleId);
    return;
  }
  const classes = (tuned.primary.length * NEAREST) / tuned.anchors.length;
  const rowOf = (rows: Float32Array) => rows.slice(image * classes, (image + 1) * classes);
  const [primary, corrected] = [rowOf(tuned.primary), rowOf(tuned.corrected)];
  project.tunedPredictions.write({
    sampleId,
    primary,
    corrected,
    confidencePrimary: confidence(primary),
    confidenceCorrected: confidence(corrected),
    anchors,
  });
}

function anchorsOfImage(tuned: TunedModel, image: number) {
  const places = Array.from({ length: NEAREST }, (_, place) => image * NEAREST + place);
  return places.flatMap((place) => {
    const anchor = tuned.anchors[place] as number;
    if (anchor < 0) return [];
    return [
      {
        classIndex: Math.floor(anchor / ANCHORS_PER_CLASS),
        k: anchor % ANCHORS_PER_CLASS,
        distance: tuned.distances[place] as number,
        similarity: tuned.similarities[place] as number,
      },
    ];
  });
}

function scoresOf(fitted: FittedLabels, image: number, label: number, anchorDistance: number | null): Scores {
  const { pooled, ranked, neighbours } = fitted;
  const isScored = !Number.isNaN(ranked.wrong[image]);
  const distribution = distributionOf(pooled.distributions, image, ranked.rates.length);
  const known: KnownScores = { 'wrong-label': ranked.wrong[image], 'anchor-distance': anchorDistance };
  for (const [id, values] of fitted.adjusted) known[id] = values[image];
  const [sameLabel, otherLabel] = [neighbours.sameLabel[image], neighbours.otherLabel[image]] as [
    number,
    number,
  ];
  for (const { id, score } of scoresFrom('neighbours')) known[id] = score({ sameLabel, otherLabel });
  return scoreSample(distribution, isScored ? label : null, known);
}

/** Null for classes that nothing has a probability for. */
function distributionOf(distributions: Float32Array, image: number, classes: number): LabelDistribution {
  return Array.from(distributions.subarray(image * classes, (image + 1) * classes), (share) =>
    share > 0 ? share : null,
  );
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
