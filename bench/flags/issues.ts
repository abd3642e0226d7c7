/**
 * Measures two issues of labelQuality/issues/index.ts against FER+'s votes: mixed emotions and unusable
 * faces. Their cuts are chosen on role `dev`; role `test` says how good they are.
 *
 *   npx node bench/flags/issues.ts FER_FOLDER dev|test [--cache FOLDER]
 */
import { z } from 'zod';
import { DEFAULT_VIEWS } from '../../src/domain/model.ts';
import { AMBIGUOUS_FROM, secondToFirst } from '../../src/labelQuality/issues/ambiguous.ts';
import { USABLE_FROM } from '../../src/labelQuality/issues/unusable.ts';
import { Ranking } from '../../src/labelQuality/ranking.ts';
import { readArguments } from '../arguments.ts';
import { cacheOption } from './cacheOption.ts';
import { loadVotes, type Role, type VotedImage } from './ferData.ts';
import { readFolder } from './predictions.ts';

const { values, positionals } = readArguments(
  'bench/flags/issues.ts FER_FOLDER dev|test [--cache FOLDER]',
  cacheOption,
);
const [ferFolder, named] = positionals as [string, string];
const role = z.enum(['dev', 'test']).parse(named);
await measure(ferFolder, role);

/** A value that rises with the issue, and what the voters say. */
interface Measured {
  value: number;
  has: boolean;
}

async function measure(ferFolder: string, role: Role): Promise<void> {
  const { folder, images } = loadVotes(ferFolder, values.cache, role);
  const { predictions } = await readFolder(folder, values.cache, DEFAULT_VIEWS);
  const predictionOf = new Map(predictions.map((prediction) => [prediction.image, prediction]));
  const predicted = images.flatMap((image) => {
    const prediction = predictionOf.get(image.image);
    return prediction === undefined ? [] : [{ ...image, prediction }];
  });
  // Where most could not name an emotion, there is none to be the first of two.
  const named = predicted.filter((image) => mostOf(image) > image.rejected);
  printIssue(
    'mixed emotions: the second has at least half the votes of the first, and two',
    named.map((image) => ({ value: secondToFirst(image.prediction.corrected), has: showsTwo(image) })),
    AMBIGUOUS_FROM,
  );
  const withQuality = predicted.filter(({ prediction }) => prediction.faceQuality !== null);
  printIssue(
    'unusable face: three or more of ten could not name an emotion, or saw no face',
    withQuality.map((image) => ({
      value: 1 - (image.prediction.faceQuality ?? 1),
      has: image.rejected >= 3,
    })),
    1 - USABLE_FROM,
  );
}

function mostOf({ votes }: VotedImage): number {
  return Math.max(...votes);
}

function showsTwo({ votes }: VotedImage): boolean {
  const [first = 0, second = 0] = votes.toSorted((a, b) => b - a);
  return second >= 2 && second >= first / 2;
}

function printIssue(issue: string, images: Measured[], cut: number): void {
  const ranking = new Ranking(
    images.map(({ value }) => value),
    images.map(({ has }) => has),
  );
  console.log(`${issue}: ${images.filter(({ has }) => has).length} of ${images.length} images`);
  console.log(`AUROC ${ranking.measure().auroc?.toFixed(3)}`);
  console.log('the cut in use:', qualityAt(images, cut));
  const cuts = Array.from({ length: 49 }, (_, step) => (step + 1) / 50);
  console.table(cuts.map((at) => qualityAt(images, at)).filter(({ marked }) => marked > 0));
}

function qualityAt(images: readonly Measured[], cut: number) {
  const marked = images.filter(({ value }) => value >= cut);
  const right = marked.filter(({ has }) => has).length;
  const all = images.filter(({ has }) => has).length;
  const share = (part: number, whole: number) => Number((part / Math.max(1, whole)).toFixed(3));
  return {
    cut,
    marked: marked.length,
    precision: share(right, marked.length),
    recall: share(right, all),
    f1: share(2 * right, marked.length + all),
  };
}
