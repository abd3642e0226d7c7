import { measureRanking, type RankingMeasures } from '../../shared/ranking.ts';
import { FLAGGED_AT, SCORE_IDS, type ScoreId } from '../../shared/scores.ts';

/** One image with known truth. Labels are names, in one spelling. */
export interface JudgedImage {
  given: string;
  truth: string;
  suggested: string | null;
  scores: Record<ScoreId, number | null>;
}

export interface ScoreQuality extends RankingMeasures {
  score: ScoreId;
}

export interface ClassQuality {
  className: string;
  images: number;
  errors: number;
  /** Flagged by the default score. */
  flagged: number;
  /** Of the flagged, the share that is wrong; null where nothing is flagged. */
  precision: number | null;
  /** Of the wrong, the share that is flagged; null where nothing is wrong. */
  recall: number | null;
}

export interface Evaluation {
  images: number;
  errors: number;
  /** Images with a truth that have no score (unread, or a class unknown to the model), left out. */
  withoutScore: number;
  scores: ScoreQuality[];
  /** Of the wrong labels, the share whose suggestion is the truth. */
  suggestionAccuracy: number | null;
  /** Of all judged images, the share where the suggestion is the truth. */
  modelAccuracy: number | null;
  classes: ClassQuality[];
}

/** How well each score finds the labels that differ from the truth. */
export function evaluateFlags(images: readonly JudgedImage[]): Evaluation {
  const judged = images.filter(({ scores }) => SCORE_IDS.every((id) => scores[id] !== null));
  const wrong = judged.map(({ given, truth }) => given !== truth);
  const errors = wrong.filter(Boolean).length;
  const wrongImages = judged.filter((_, index) => wrong[index]);
  return {
    images: judged.length,
    errors,
    withoutScore: images.length - judged.length,
    scores: SCORE_IDS.map((score) => {
      const values = judged.map(({ scores }) => scores[score] as number);
      return { score, ...measureRanking(values, wrong) };
    }),
    suggestionAccuracy: share(wrongImages, ({ suggested, truth }) => suggested === truth),
    modelAccuracy: share(judged, ({ suggested, truth }) => suggested === truth),
    classes: [...new Set(judged.map(({ given }) => given))].sort().map((className) => {
      const ofClass = judged.filter(({ given }) => given === className);
      const flagged = ofClass.filter(isFlagged);
      const wrongOfClass = ofClass.filter(({ truth }) => truth !== className);
      return {
        className,
        images: ofClass.length,
        errors: wrongOfClass.length,
        flagged: flagged.length,
        precision: share(flagged, ({ truth }) => truth !== className),
        recall: share(wrongOfClass, isFlagged),
      };
    }),
  };
}

function isFlagged({ scores }: JudgedImage): boolean {
  return (scores['likelihood-ratio'] ?? 0) >= FLAGGED_AT;
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number | null {
  return items.length === 0 ? null : items.filter(holds).length / items.length;
}
