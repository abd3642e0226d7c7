import type { DistributionRow, NearestAnchor, SampleDetail, SampleReading } from '../../shared/api.ts';
import type { ModelMetadata } from '../../shared/model.ts';
import { standardDeviation } from '../../shared/reliability.ts';
import { DEFAULT_SCORE, FLAGGED_AT } from '../../shared/scores.ts';
import type { LabelReader } from '../flags/index.ts';
import type { Flag, ProjectFile, Reading, Sample } from '../project/index.ts';
import type { AnchorGallery } from './anchorGallery.ts';

const IMAGES_PER_ANCHOR = 4;

/** What a reading is shown with: the model that made it, in the dataset's words. */
export interface ReadingContext {
  model: ModelMetadata;
  reader: LabelReader;
  gallery: AnchorGallery;
}

/** Everything that the review page shows of one image. */
export function sampleDetail(
  project: ProjectFile,
  sample: Sample,
  classNames: readonly string[],
  context: ReadingContext | null,
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
    reading: state === 'read' && context !== null ? readingOf(project, sample, classNames, context) : null,
    status,
    label: status === 'excluded' ? null : status === 'relabelled' ? sample.currentClass : sample.givenClass,
    history: project.verdicts.history(id).map(({ annotator, verdict, classIndex, note, decidedAt }) => ({
      annotator,
      verdict,
      label: classIndex === null ? null : (classNames[classIndex] ?? null),
      note,
      decidedAt,
    })),
  };
}

function readingOf(
  project: ProjectFile,
  sample: Sample,
  classNames: readonly string[],
  context: ReadingContext,
): SampleReading | null {
  const reading = project.readings.byId(sample.id, context.model);
  const flag = project.flags.byId(sample.id);
  if (reading === null || flag === null) return null;
  return {
    distribution: distributionRows(reading, sample.givenClass, classNames, context),
    confidencePrimary: reading.confidencePrimary,
    confidenceCorrected: reading.confidenceCorrected,
    standardDeviationPrimary: standardDeviation(reading.primary),
    standardDeviationCorrected: standardDeviation(reading.corrected),
    anchors: reading.anchors.map((anchor) => nearestAnchor(project, sample.id, anchor, context)),
    suggested: flag.suggestedClass,
    alternative: flag.alternativeClass,
    alternativeProbability: flag.alternativeProbability,
    scores: flag.scores,
    flagged: isFlagged(flag),
    reason: context.reader.explain(reading.corrected, sample.givenClass, reading.anchors, isFlagged(flag)),
    trainedOn: flag.trainedOn,
  };
}

export function isFlagged({ scores }: Pick<Flag, 'scores'>): boolean {
  const score = scores[DEFAULT_SCORE];
  return score !== null && score >= FLAGGED_AT;
}

/** The dataset's mapped classes first, in their order, then what only the model has. */
function distributionRows(
  { primary, corrected }: Reading,
  given: number | null,
  classNames: readonly string[],
  { reader, model }: ReadingContext,
): DistributionRow[] {
  const primaryLabels = reader.overLabels(primary, given);
  const correctedLabels = reader.overLabels(corrected, given);
  const mapped = classNames.flatMap((name, label) => {
    const [primaryShare, correctedShare] = [primaryLabels[label], correctedLabels[label]];
    if (primaryShare == null || correctedShare == null) return [];
    return [{ name, label, primary: primaryShare, corrected: correctedShare }];
  });
  const unmapped = reader.space.unmappedModelClasses.map((modelClass) => ({
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
  anchor: Reading['anchors'][number],
  { reader, gallery }: ReadingContext,
): NearestAnchor {
  const images = gallery
    .closestTo(anchor)
    .filter((id) => id !== sampleId)
    .slice(0, IMAGES_PER_ANCHOR)
    .flatMap((id) => {
      const sample = project.samples.byId(id);
      return sample === null ? [] : [{ id, image: sample.image }];
    });
  return {
    className: reader.nameOfModelClass(anchor.classIndex),
    label: reader.labelOfModelClass(anchor.classIndex),
    k: anchor.k,
    distance: anchor.distance,
    similarity: anchor.similarity,
    images,
  };
}
