import { describe, expect, it } from 'vitest';
import { scoresBy } from '../../../src/labelQuality/scores/index.ts';
import { QueueChange } from '../../../src/main/tune/queueChange.ts';

const FLAGGED_AT = 0.5;

/** @param probabilities of a wrong label, null where there is none */
function changeOf(
  before: readonly (number | null)[],
  now: readonly (number | null)[],
  suggestedNow: number | null = 1,
): boolean {
  const change = new QueueChange(FLAGGED_AT);
  const flag = (wrong: number | null | undefined, suggestedClass: number | null) => ({
    suggestedClass,
    scores: scoresBy((id) => (id === 'wrong-label' ? (wrong ?? null) : null)),
  });
  for (const [image, wrong] of before.entries()) change.add(flag(wrong, 1), flag(now[image], suggestedNow));
  return change.isAny;
}

describe('a fit', () => {
  it.each([
    ['no probability changes', [0.9, 0.2, null], [0.9, 0.2, null], false],
    ['only the probabilities do', [0.9, 0.2, null], [0.8, 0.3, null], false],
    ['equal ones stay in the order of their ids', [0.7, 0.7, 0.9], [0.6, 0.6, 0.8], false],
    ['two change places', [0.9, 0.8, 0.1], [0.8, 0.9, 0.1], true],
    ['equal ones come apart', [0.7, 0.7], [0.6, 0.7], true],
    ['one is flagged now', [0.9, 0.4], [0.9, 0.6], true],
    ['one gets a probability', [0.9, null], [0.9, 0.1], true],
  ] as const)('changes the queue or does not: %s', (_, before, now, changes) => {
    expect(changeOf(before, now)).toBe(changes);
  });

  it('changes the queue where another label is suggested', () => {
    expect(changeOf([0.9, 0.8], [0.9, 0.8], 2)).toBe(true);
  });

  it('leaves a queue of nothing alone', () => {
    expect(changeOf([], [])).toBe(false);
  });
});
