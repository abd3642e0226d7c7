import type { Vote } from '../../domain/votes.ts';
import { argmax } from '../../labelQuality/argmax.ts';
import { suggestionAt } from '../../labelQuality/flagThreshold.ts';
import { type Issue, issuesOf } from '../../labelQuality/issues/index.ts';
import { bestOtherLabel, DEFAULT_SCORE } from '../../labelQuality/scores/index.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import type { Prediction, Sample, StoredTunedPrediction, TrainedOn } from '../project/index.ts';
import { cleanLabel, type ExportStatus } from './cleanLabel.ts';
import { type ExportSource, nameOf } from './exportSource.ts';
import { annotatorsOf, namedVotes } from './namedVote.ts';

/** The base model's prediction for an image. */
export interface ModelFacts {
  prediction: Pick<
    Prediction,
    'primary' | 'corrected' | 'confidencePrimary' | 'confidenceCorrected' | 'faceQuality' | 'anchors'
  >;
  score: number | null;
  issues: Issue[];
  trainedOn: TrainedOn | null;
  /** Translates a distribution over the model's classes to the dataset's own classes. */
  labelOf(distribution: Float32Array): string;
  nameOfModelClass(modelClass: number): string;
}

/** The result of the review. */
export interface ReviewFacts {
  given: string;
  clean: string;
  status: ExportStatus;
  annotators: string[];
  decidedAt: string;
  votes: Vote[];
}

/** Everything that the columns of an export are made from, by where it comes from; null where it is not known. */
export interface RowFacts {
  sample: Sample;
  review: ReviewFacts;
  model: ModelFacts | null;
  tuned: { prediction: StoredTunedPrediction; classNames: readonly string[] } | null;
  face: { number: number; of: number } | null;
}

/** @returns null for an image that the request leaves out */
export function rowFacts(source: ExportSource, request: ExportRequest, sample: Sample): RowFacts | null {
  const { project, classNames } = source;
  // The rule for unreviewed flags must not reveal them to a person who may not see them.
  const { flagged, model, score, suggested } = modelFacts(source, sample);
  const { givenClass: given, currentVerdict: verdict, currentClass: decided } = sample;
  const label = cleanLabel(request, { given, verdict, decided, flagged, score, suggested });
  if (label === null) return null;
  const isDecided = verdict !== null;
  const tuned = sample.state === 'read' ? project.tunedPredictions.byId(sample.id, classNames.length) : null;
  return {
    sample,
    review: {
      given: nameOf(classNames, given),
      clean: nameOf(classNames, label.clean),
      status: label.status,
      annotators: isDecided ? annotatorsOf(source, sample) : [],
      decidedAt: sample.currentDecidedAt ?? '',
      votes: isDecided ? namedVotes(source, sample) : [],
    },
    model,
    tuned: tuned === null ? null : { prediction: tuned, classNames },
    face: sample.state === 'read' ? project.faces.placeOf(sample.id) : null,
  };
}

function modelFacts(source: ExportSource, sample: Sample) {
  const { project, run, translator, classNames } = source;
  const nothing = { flagged: false, score: 0, suggested: null, model: null };
  if (sample.state !== 'read' || run === null || translator === null) return nothing;
  if (source.seenBy?.withoutPredictions) return nothing;
  const prediction = project.predictions.byId(sample.id, run.model);
  const flag = project.flags.byId(sample.id);
  if (prediction === null || flag === null) return nothing;
  const score = flag.scores[DEFAULT_SCORE];
  const model: ModelFacts = {
    prediction,
    score,
    issues: issuesOf(project.issues.byId(sample.id)),
    trainedOn: flag.trainedOn,
    labelOf: (distribution) => {
      const label = bestOtherLabel(translator.overLabels(distribution, sample.givenClass), null)?.label;
      if (label !== undefined) return nameOf(classNames, label);
      return translator.nameOfModelClass(argmax(distribution));
    },
    nameOfModelClass: (modelClass) => translator.nameOfModelClass(modelClass),
  };
  const flagged =
    score !== null &&
    score >= project.flaggedAt &&
    !source.held.holds(sample.givenClass, flag.alternativeClass);
  const labels = {
    given: sample.givenClass,
    alternative: flag.alternativeClass,
    suggested: flag.suggestedClass,
  };
  const suggested = suggestionAt(project.flaggedAt, score, labels);
  return {
    flagged,
    score: score ?? 0,
    suggested: score === null || flagged ? suggested : labels.given,
    model,
  };
}
