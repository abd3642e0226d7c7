import { AppError } from '../../domain/errors.ts';
import { secondsPerImage } from '../../domain/pace.ts';
import { measureYield, type ReviewedImage } from '../../labelQuality/reviewYield.ts';
import { adviseReview } from '../../labelQuality/stopAdvice.ts';
import type { ClassOverview, Overview, Slices } from '../../protocol/overview.ts';
import type { Blindness } from '../../protocol/review.ts';
import type { LabelTranslator } from '../issues/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import {
  auditEvidence,
  auditedIds,
  isFoundWrong,
  isReviewed,
  isScored,
  summariseAudits,
} from '../review/index.ts';
import { belongs, type ReviewIndex } from '../reviewIndex/index.ts';
import {
  compareRuns,
  NO_PREDICTIONS,
  type PredictionSummary,
  readLabelFit,
  squareCounts,
  summarisePredictions,
} from '../tune/index.ts';
import { ErrorsLeft } from './errorsLeft.ts';
import { noiseShares } from './noiseEstimates.ts';
import { sliceDataset } from './slices.ts';

/** The inputs of the overview; a workspace provides them. */
interface OverviewSource {
  opened: { project: ProjectFile };
  index: ReviewIndex;
  run: ModelRun | null;
  translator: LabelTranslator | null;
  classNames: readonly string[];
  annotator: string;
  hidden: Blindness;
}

/** A summary of the predictions is reused for this many times as long as it took to make. */
const REUSED_TIMES = 20;

/** Summarises what the review knows of a dataset as a whole. */
export class OverviewReader {
  readonly #source: OverviewSource;
  #predictions: { key: string; madeAtMs: number; tookMs: number; summary: PredictionSummary } | null = null;
  #underWay: Promise<PredictionSummary> | null = null;

  constructor(source: OverviewSource) {
    this.#source = source;
  }

  async read(): Promise<Overview> {
    const predictions = await this.#predictionSummary();
    const { index, opened, hidden } = this.#source;
    // A round does not reveal which of its images were drawn at random.
    const audits = hidden.suggestion ? [] : opened.project.audits.all();
    const evidence = auditEvidence(index, audits);
    const errors = new ErrorsLeft(index, evidence);
    const { total } = errors;
    const { reviewed, times } = reviewedInTime(this.#source, new Set(auditedIds(audits)));
    const measured = measureYield(reviewed, errors.ahead());
    const audit = summariseAudits(index, audits);
    return {
      scored: total.scored,
      reviewed: total.reviewed,
      wrong: total.wrong,
      estimated: total.estimated,
      left: total.left,
      estimatedFrom: total.estimatedFrom,
      unreviewed: total.unreviewed,
      classes: classOverviews(this.#source, errors),
      suggested: countSuggestions(index, this.#source.classNames.length),
      ...predictions,
      yield: measured,
      secondsPerImage: secondsPerImage(times),
      advice: hidden.suggestion
        ? 'nothing'
        : adviseReview(measured, total.left, total.unreviewed, audit?.counted ?? 0),
      audit,
      fit: hidden.suggestion ? null : readLabelFit(opened.project),
      sliceable: index.metadata.map(({ name }) => name),
      comparison: compareRuns(opened.project, index, this.#source.run, this.#source.classNames.length),
    };
  }

  /**
   * The dataset sliced by one or two of its own columns. @throws AppError `not-found`, or `bad-request` while
   * predictions are hidden
   */
  slice(columns: readonly string[]): Slices {
    const { index, opened, hidden } = this.#source;
    if (hidden.suggestion) {
      throw new AppError('bad-request', 'estimates are hidden', 'Show suggestions on Team.');
    }
    return sliceDataset(index, auditEvidence(index, opened.project.audits.all()), columns);
  }

  /**
   * Kept until new images are scanned, so that not every view of the page during a scan is a pass over
   * everything.
   */
  async #predictionSummary(): Promise<PredictionSummary> {
    const { run, translator, opened, index, classNames } = this.#source;
    if (run === null || translator === null || this.#source.hidden.suggestion)
      return NO_PREDICTIONS(classNames.length);
    const key = `${run.id} ${opened.project.samples.counts().read}`;
    const kept = this.#predictions;
    if (kept?.key === key) return kept.summary;
    if (kept && performance.now() - kept.madeAtMs < REUSED_TIMES * kept.tookMs) return kept.summary;
    const startedMs = performance.now();
    this.#underWay ??= summarisePredictions({
      project: opened.project,
      index,
      run,
      translator,
      classCount: classNames.length,
    }).finally(() => {
      this.#underWay = null;
    });
    const summary = await this.#underWay;
    const now = performance.now();
    this.#predictions = { key, madeAtMs: now, tookMs: now - startedMs, summary };
    return summary;
  }
}

function classOverviews({ index, classNames }: OverviewSource, errors: ErrorsLeft): ClassOverview[] {
  const classes = classNames.map((_, label) => ({
    counts: { label, images: 0, scored: 0, flagged: 0, afterVerdicts: 0, afterSuggestions: 0 },
    noise: errors.amongSome(),
  }));
  for (let row = 0; row < index.size; row++) {
    const flagged = belongs(index, row, 'flagged');
    const ofGiven = classes[index.given[row] as number];
    if (ofGiven !== undefined) {
      ofGiven.counts.images++;
      if (isScored(index, row)) ofGiven.counts.scored++;
      if (flagged) ofGiven.counts.flagged++;
      ofGiven.noise.add(row);
    }
    const now = classes[index.label[row] as number];
    if (now !== undefined) now.counts.afterVerdicts++;
    const takesSuggestion = flagged && !isReviewed(index, row);
    const then = takesSuggestion ? classes[index.suggested[row] as number] : now;
    if (then !== undefined) then.counts.afterSuggestions++;
  }
  return classes.map(({ counts, noise }) => {
    const result = noise.result();
    return { ...counts, ...noiseShares(result), left: result.left };
  });
}

function countSuggestions(index: ReviewIndex, classCount: number): number[][] {
  const counts = squareCounts(classCount);
  for (let row = 0; row < index.size; row++) {
    if (isReviewed(index, row)) continue;
    const [given, suggested] = [index.given[row] as number, index.suggested[row] as number];
    const ofGiven = counts[given];
    if (ofGiven !== undefined && suggested >= 0) ofGiven[suggested] = (ofGiven[suggested] ?? 0) + 1;
  }
  return counts;
}

/**
 * The queue's decisions in order of time. A random sample says nothing about the queue's yield, but it shows
 * the pace.
 */
function reviewedInTime(
  { index, opened: { project }, annotator, hidden }: OverviewSource,
  sampled: ReadonlySet<number>,
): { reviewed: ReviewedImage[]; times: number[] } {
  const reviewed: ReviewedImage[] = [];
  const times: number[] = [];
  const decisions = hidden.others ? ownDecisions(project, annotator) : project.currentVerdicts.inTime();
  for (const { id, decidedAt } of decisions) {
    const row = index.rowOf(id);
    if (row === undefined) continue;
    times.push(Date.parse(decidedAt));
    if (!sampled.has(id)) reviewed.push({ wrong: isFoundWrong(index, row) });
  }
  return { reviewed, times };
}

/** Of one annotator alone, in the order of time. */
function ownDecisions(project: ProjectFile, annotator: string): { id: number; decidedAt: string }[] {
  return project.verdicts
    .allVotes()
    .filter((vote) => vote.annotator === annotator && vote.role === 'vote')
    .map(({ sampleId, decidedAt }) => ({ id: sampleId, decidedAt }))
    .sort((a, b) => (a.decidedAt < b.decidedAt ? -1 : 1));
}
