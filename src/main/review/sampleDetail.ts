import type { ModelMetadata } from '../../domain/model.ts';
import { suggestionAt } from '../../labelQuality/flagThreshold.ts';
import type { LabelFit } from '../../labelQuality/labelFit.ts';
import { wrongLabel } from '../../labelQuality/labelProbabilities.ts';
import { type AnchorMatch, standardDeviation } from '../../labelQuality/reliability.ts';
import type {
  DistributionRow,
  NearestAnchor,
  SampleDetail,
  SamplePrediction,
  TunedPrediction,
} from '../../protocol/api.ts';
import type { LabelTranslator } from '../issues/index.ts';
import type { Prediction, ProjectFile, Sample } from '../project/index.ts';
import { PairDoubts } from '../tune/index.ts';
import type { AnchorGallery } from './anchorGallery.ts';
import type { EmbeddingBlock } from './embeddingBlock.ts';

const IMAGES_PER_ANCHOR = 4;

/** The context for showing a prediction: the model that made it, and the dataset's classes. */
export interface PredictionContext {
  model: ModelMetadata;
  translator: LabelTranslator;
  gallery: AnchorGallery;
  readonly embeddings: EmbeddingBlock;
  /** For the tuned model's anchors. */
  tunedGallery: AnchorGallery;
  /** What was learned from the labels; null before that. */
  fit: LabelFit | null;
}

/** From this weight on, the tuned model's prediction explains a flag. */
const TUNED_LEADS_FROM = 0.5;

/** Everything that the review page shows of one image. */
export function sampleDetail(
  project: ProjectFile,
  sample: Sample,
  titles: readonly string[],
  context: PredictionContext | null,
): SampleDetail {
  const { id, image, split, width, height, format, sizeBytes, state, problem } = sample;
  const status = sample.currentVerdict ?? 'unreviewed';
  return {
    id,
    image,
    split,
    width,
    height,
    format,
    sizeBytes,
    state,
    problem,
    given: sample.givenClass,
    face: state === 'read' ? project.faces.placeOf(id) : null,
    isCutOut: sample.region?.kind === 'box',
    prediction: state === 'read' && context !== null ? predictionOf(project, sample, titles, context) : null,
    status,
    label: status === 'excluded' ? null : status === 'relabelled' ? sample.currentClass : sample.givenClass,
    history: project.verdicts
      .history(id)
      .map(({ annotator, verdict, classIndex, note, decidedAt, role }) => ({
        annotator,
        verdict,
        label: classIndex === null ? null : (titles[classIndex] ?? null),
        note,
        decidedAt,
        role,
      })),
    votes: project.verdicts
      .votesOf(id)
      .filter(({ role }) => role === 'vote')
      .map(({ annotator, verdict, classIndex, note }) => ({
        annotator,
        verdict,
        label: verdict === 'excluded' ? null : verdict === 'relabelled' ? classIndex : sample.givenClass,
        note,
      })),
  };
}

const HELD_BACK =
  'It may see this class differently from the dataset, so the label does not count as likely wrong until a few like it are reviewed.';

function predictionOf(
  project: ProjectFile,
  sample: Sample,
  titles: readonly string[],
  context: PredictionContext,
): SamplePrediction | null {
  const prediction = project.predictions.byId(sample.id, context.model);
  const flag = project.flags.byId(sample.id);
  if (prediction === null || flag === null) return null;
  const { translator, gallery } = context;
  const score = wrongLabel(flag);
  const held = PairDoubts.read(project).holds(sample.givenClass, flag.alternativeClass);
  const suspect = score !== null && score >= project.flaggedAt;
  const flagged = suspect && !held;
  const tuned = tunedPrediction(project, sample, titles, context);
  const anchors = prediction.anchors.map((anchor) => ({
    className: translator.titleOfModelClass(anchor.classIndex),
    label: translator.labelOfModelClass(anchor.classIndex),
    ...nearestAnchor(project, sample.id, anchor, gallery),
  }));
  const leading = tuned !== null && tuned.share >= TUNED_LEADS_FROM ? tuned.anchors : anchors;
  const given = sample.givenClass;
  const anchorNames = leading.map(({ className }) => className);
  const reason = translator.explain(flag, prediction, given, project.flaggedAt, anchorNames);
  return {
    distribution: distributionRows(prediction, sample.givenClass, titles, context),
    confidencePrimary: prediction.confidencePrimary,
    confidenceCorrected: prediction.confidenceCorrected,
    standardDeviationPrimary: standardDeviation(prediction.primary),
    standardDeviationCorrected: standardDeviation(prediction.corrected),
    anchors,
    suggested: held
      ? given
      : suggestionAt(project.flaggedAt, score, {
          given,
          alternative: flag.alternativeClass,
          suggested: flag.suggestedClass,
        }),
    held: held && suspect,
    probabilities: translator.probabilities(flag, prediction, given),
    scores: flag.scores,
    flagged,
    reason: held && suspect ? `${reason} ${HELD_BACK}` : reason,
    tuned,
    trainedOn: flag.trainedOn,
  };
}

function tunedPrediction(
  project: ProjectFile,
  sample: Sample,
  titles: readonly string[],
  { fit, tunedGallery }: PredictionContext,
): TunedPrediction | null {
  const prediction = fit === null ? null : project.tunedPredictions.byId(sample.id, titles.length);
  if (fit === null || prediction === null) return null;
  const { primary, corrected, anchors, confidencePrimary, confidenceCorrected } = prediction;
  // A class with too few images to be fitted has nothing anywhere.
  const distribution = Array.from(corrected, (share) => (share > 0 ? share : null));
  const shares = fit.tunedShare;
  return {
    distribution: titles.flatMap((name, label) =>
      distribution[label] == null
        ? []
        : [{ name, label, primary: primary[label] ?? 0, corrected: corrected[label] ?? 0 }],
    ),
    confidencePrimary,
    confidenceCorrected,
    standardDeviationPrimary: standardDeviation(primary),
    standardDeviationCorrected: standardDeviation(corrected),
    anchors: anchors.map((anchor) => ({
      className: titles[anchor.classIndex] ?? '',
      label: anchor.classIndex,
      ...nearestAnchor(project, sample.id, anchor, tunedGallery),
    })),
    share:
      sample.givenClass === null
        ? shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)
        : (shares[sample.givenClass] ?? 0),
  };
}

/** The dataset's mapped classes first, in their order, then those that only the model has. */
function distributionRows(
  { primary, corrected }: Prediction,
  given: number | null,
  titles: readonly string[],
  { translator, model }: PredictionContext,
): DistributionRow[] {
  const primaryLabels = translator.overLabels(primary, given);
  const correctedLabels = translator.overLabels(corrected, given);
  const mapped = titles.flatMap((name, label) => {
    const [primaryShare, correctedShare] = [primaryLabels[label], correctedLabels[label]];
    if (primaryShare == null || correctedShare == null) return [];
    return [{ name, label, primary: primaryShare, corrected: correctedShare }];
  });
  const unmapped = translator.space.unmappedModelClasses.map((modelClass) => ({
    name: model.classes[modelClass]?.name ?? '',
    label: null,
    primary: primary[modelClass] ?? 0,
    corrected: corrected[modelClass] ?? 0,
  }));
  return [...mapped, ...unmapped];
}

function nearestAnchor(
  project: ProjectFile,
  sampleId: number,
  anchor: AnchorMatch,
  gallery: AnchorGallery,
): Omit<NearestAnchor, 'className' | 'label'> {
  const images = gallery
    .closestTo(anchor)
    .filter((id) => id !== sampleId)
    .slice(0, IMAGES_PER_ANCHOR)
    .flatMap((id) => {
      const sample = project.samples.byId(id);
      return sample === null ? [] : [{ id, image: sample.image }];
    });
  return { k: anchor.k, distance: anchor.distance, similarity: anchor.similarity, images };
}
