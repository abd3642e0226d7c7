import type { ImageIssue } from './issue.ts';

/**
 * Face quality (docs/model-contract.md), if the model gives it, under which a face is unusable: the threshold
 * with the best F1 against FER+'s rejected images (role dev, bench/flags/README.md).
 */
export const USABLE_FROM = 0.72;

export const unusable = {
  id: 'unusable',
  title: 'Unusable faces',
  empty: {
    title: 'Every face is usable',
    text: 'Images without a usable face appear here.',
  },
  find:
    ({ faceQuality }) =>
    (image) =>
      (faceQuality[image] as number) < USABLE_FROM,
} as const satisfies ImageIssue;
