import { type PercentileInterval, percentileInterval, resamples } from './bootstrap.ts';
import { expectedCalibrationError, type ReliabilityBin, reliabilityBins } from './calibration.ts';
import { RANKING_MEASURES, Ranking, type RankingMeasureId, type RankingMeasures } from './ranking.ts';
import { DEFAULT_SCORE, SCORE_IDS, type ScoreId, type Scores } from './scores/index.ts';

/** One image with known truth. Labels are names, in one spelling. */
export interface EvaluatedImage {
  given: string;
  truth: string;
  suggested: string | null;
  /** The most likely label other than the given one: the correction of a wrong label. */
  alternative: string | null;
  /** By the threshold in use. */
  flagged: boolean;
  scores: Scores;
}

/** How well one score puts wrong labels first. */
export interface ScoreQuality extends RankingMeasures {
  score: ScoreId;
  /** Images with this score, and how many of their labels are wrong. */
  images: number;
  errors: number;
  /** 95 % intervals of a bootstrap over images. */
  intervals: Record<RankingMeasureId, PercentileInterval | null>;
  /** Wrong labels found after this many images, in the order of the score. */
  curve: { viewed: number; found: number }[];
}

/** How well the labels of one given class are flagged. */
export interface ClassQuality {
  className: string;
  images: number;
  errors: number;
  /** Flagged by the default score and the threshold in use. */
  flagged: number;
  /** Of the flagged, the share that is wrong; null where nothing is flagged. */
  precision: number | null;
  /** Of the wrong, the share that is flagged; null where nothing is wrong. */
  recall: number | null;
  averagePrecision: number | null;
  /** Share of the wrong labels whose most likely other label is the truth. */
  suggestionAccuracy: number | null;
}

/** The flags of a dataset against its true labels, as `grefel eval` prints them. */
export interface Evaluation {
  images: number;
  errors: number;
  /**
   * Images with a truth but without a score (not scanned, or a class unknown to the model); they are ignored.
   */
  withoutScore: number;
  scores: ScoreQuality[];
  /** Share of the wrong labels whose most likely other label is the truth. */
  suggestionAccuracy: number | null;
  suggestionInterval: PercentileInterval | null;
  /** Share of all scored images whose suggestion is the truth. */
  modelAccuracy: number | null;
  /** For the default score as a probability. */
  calibration: { error: number | null; bins: ReliabilityBin[] };
  classes: ClassQuality[];
  bootstrap: { rounds: number; seed: number };
}

const CURVE_POINTS = 100;
const MOST_ROUNDS = 1000;
/** Images times rounds that a bootstrap of one score may cost: a second or two. */
const BOOTSTRAP_BUDGET = 2e7;

/**
 * How well each score finds the labels that differ from the truth.
 * @param images [N] those with a true label
 * @param seed of the bootstrap
 */
export function evaluateFlags(images: readonly EvaluatedImage[], seed = 1): Evaluation {
  const judged = images.filter(({ scores }) => scores[DEFAULT_SCORE] !== null);
  const wrongImages = judged.filter(isWrong);
  const rounds = Math.min(
    MOST_ROUNDS,
    Math.max(50, Math.round(BOOTSTRAP_BUDGET / Math.max(1, judged.length))),
  );
  const bins = reliabilityBins(
    judged.map(({ scores }) => scores[DEFAULT_SCORE] as number),
    judged.map(isWrong),
  );
  return {
    images: judged.length,
    errors: wrongImages.length,
    withoutScore: images.length - judged.length,
    scores: SCORE_IDS.map((score) => scoreQuality(judged, score, rounds, seed)),
    suggestionAccuracy: share(wrongImages, offersTruth),
    suggestionInterval: shareInterval(wrongImages.map(offersTruth), rounds, seed),
    modelAccuracy: share(judged, suggestsTruth),
    calibration: { error: expectedCalibrationError(bins), bins },
    classes: [...new Set(judged.map(({ given }) => given))].sort().map((name) => classQuality(judged, name)),
    bootstrap: { rounds, seed },
  };
}

function scoreQuality(
  judged: readonly EvaluatedImage[],
  score: ScoreId,
  rounds: number,
  seed: number,
): ScoreQuality {
  const scored = judged.filter(({ scores }) => scores[score] !== null);
  const ranking = new Ranking(
    scored.map(({ scores }) => scores[score] as number),
    scored.map(isWrong),
  );
  const drawn = [...resamples(scored.length, rounds, seed)].map((weights) => ranking.measure(weights));
  const intervals = Object.fromEntries(
    RANKING_MEASURES.map((id) => {
      const values = drawn.flatMap((measures) => measures[id] ?? []);
      return [id, percentileInterval(values)];
    }),
  ) as ScoreQuality['intervals'];
  return {
    score,
    images: scored.length,
    errors: scored.filter(isWrong).length,
    ...ranking.measure(),
    intervals,
    curve: ranking.curve(CURVE_POINTS),
  };
}

function classQuality(judged: readonly EvaluatedImage[], className: string): ClassQuality {
  const ofClass = judged.filter(({ given }) => given === className);
  const flagged = ofClass.filter(isFlagged);
  const wrong = ofClass.filter(isWrong);
  const ranking = new Ranking(
    ofClass.map(({ scores }) => scores[DEFAULT_SCORE] as number),
    ofClass.map(isWrong),
  );
  return {
    className,
    images: ofClass.length,
    errors: wrong.length,
    flagged: flagged.length,
    precision: share(flagged, isWrong),
    recall: share(wrong, isFlagged),
    averagePrecision: ranking.measure().averagePrecision,
    suggestionAccuracy: share(wrong, offersTruth),
  };
}

function isWrong({ given, truth }: EvaluatedImage): boolean {
  return given !== truth;
}

function isFlagged({ flagged }: EvaluatedImage): boolean {
  return flagged;
}

function suggestsTruth({ suggested, truth }: EvaluatedImage): boolean {
  return suggested === truth;
}

function offersTruth({ alternative, truth }: EvaluatedImage): boolean {
  return alternative === truth;
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number | null {
  return items.length === 0 ? null : items.filter(holds).length / items.length;
}

function shareInterval(holds: readonly boolean[], rounds: number, seed: number): PercentileInterval | null {
  if (holds.length === 0) return null;
  const shares = [...resamples(holds.length, rounds, seed)].map(
    (weights) =>
      holds.reduce((sum, is, index) => sum + (is ? (weights[index] as number) : 0), 0) / holds.length,
  );
  return percentileInterval(shares);
}
