import { describe, expect, it } from 'vitest';
import { groupNearDuplicates } from '../../../src/main/issues/index.ts';

describe('near-duplicates', () => {
  it('are grouped by hashes that differ in at most two bits, wherever the bits are', () => {
    const [first, ...others] = groupNearDuplicates([
      'f0f0f0f0f0f0f0f0',
      'f0f0f0f0f0f0f0f3', // two bits at the end
      '70f0f0f0f0f0f0f1', // one at each end
      'f0f1f0f1f0f0f0f0', // two in different parts
      '0f0f0f0f0f0f0f0f',
    ]);
    expect(others.map((group) => group === first)).toEqual([true, true, true, false]);
  });

  it('take copies of copies into one group', () => {
    const [a, b, c] = groupNearDuplicates(['0000000000000000', '0000000000000003', '000000000000000f']);
    expect([a === b, b === c]).toEqual([true, true]);
  });

  it('are none where there is none', () => {
    expect([...groupNearDuplicates([])]).toEqual([]);
    expect(new Set(groupNearDuplicates(['0123456789abcdef', 'fedcba9876543210'])).size).toBe(2);
  });
});
