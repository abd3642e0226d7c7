import type { ImageIssue } from './issue.ts';

/**
 * Ratio of second to first class from which an image has mixed emotions: chosen on FER+'s votes (role dev),
 * with predictions of one view, so that as many images are marked as there are (bench/flags/README.md).
 */
export const AMBIGUOUS_FROM = 0.25;

export const ambiguous = {
  id: 'ambiguous',
  title: 'Mixed emotions',
  empty: {
    title: 'No mixed emotions',
    text: 'Images with two labels that are about equally likely appear here.',
  },
  find:
    ({ distributions, classes }) =>
    (image) =>
      secondToFirst(distributions, classes * image, classes * (image + 1)) >= AMBIGUOUS_FROM,
} as const satisfies ImageIssue;

/**
 * Ratio of the second largest to the largest share of a distribution, which is part of a list; 0 if there is
 * none.
 * @param distributions [N*L]; the one meant is from `from` to before `to`
 */
export function secondToFirst(distributions: ArrayLike<number>, from = 0, to = distributions.length): number {
  let [first, second] = [0, 0];
  for (let at = from; at < to; at++) {
    const share = distributions[at] as number;
    if (share > first) [first, second] = [share, first];
    else if (share > second) second = share;
  }
  return first > 0 ? second / first : 0;
}
