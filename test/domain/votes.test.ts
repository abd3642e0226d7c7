import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatVotes,
  majorityVote,
  outcomeOf,
  parseVotes,
  softLabels,
  type Vote,
} from '../../src/domain/votes.ts';

const vote = (annotator: string, label: string, verdict: Vote['verdict'] = 'relabelled'): Vote => ({
  annotator,
  verdict,
  label,
});

describe('votes', () => {
  it('are joined to the label of most, and of a tie to the newest', () => {
    const [ann, bob, cid] = [vote('ann', 'sad'), vote('bob', 'happy'), vote('cid', 'sad', 'kept')];
    expect(majorityVote([ann, bob, cid])).toBe(cid);
    expect(majorityVote([ann, bob])).toBe(bob);
    expect(majorityVote([])).toBeNull();
  });

  it('make soft labels of those that set one', () => {
    const votes = [vote('a', 'sad'), vote('b', 'happy'), vote('c', 'sad'), vote('d', 'sad', 'excluded')];
    expect(softLabels(votes)).toEqual([
      { label: 'sad', count: 2, share: 2 / 3 },
      { label: 'happy', count: 1, share: 1 / 3 },
    ]);
  });

  it('come back from a file as they went in, whatever the names hold', () => {
    const votes = fc.array(
      fc.record({
        annotator: fc.string({ minLength: 1 }),
        verdict: fc.constantFrom('kept' as const, 'relabelled' as const, 'excluded' as const),
        label: fc.string({ minLength: 1 }),
      }),
    );
    fc.assert(
      fc.property(votes, (cast) => {
        expect(parseVotes(formatVotes(cast))).toEqual(
          cast.map((one) => ({ annotator: one.annotator, outcome: outcomeOf(one) })),
        );
      }),
    );
    expect(parseVotes('nobody')).toBeNull();
  });
});
