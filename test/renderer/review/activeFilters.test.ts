import { expect, it } from 'vitest';
import { queueFilterSchema } from '../../../src/protocol/queue.ts';
import { activeFilters } from '../../../src/renderer/review/filters/activeFilters.ts';

const titleOf = (index: number) => ['happiness (4)', 'fear (2)'][index] ?? '';
const FILTER = queueFilterSchema.parse({
  show: 'all',
  given: [0, 1],
  suggested: [1],
  statuses: ['unreviewed'],
  splits: ['test'],
  minScore: 0.6,
  name: 'a1',
  metadata: [{ column: 'age', values: [], from: 20, to: 30 }],
});

it('names each filter of a queue, and nothing of one without', () => {
  expect(activeFilters(FILTER, 'wrong-label', titleOf).map(({ words }) => words)).toEqual([
    'Name: a1',
    'Given: happiness (4)',
    'Given: fear (2)',
    'Suggested: fear (2)',
    expect.stringMatching(/^.*: 60 to 100 %$/),
    'Split: test',
    'age: 20 to 30',
    'Not reviewed',
  ]);
  expect(activeFilters(queueFilterSchema.parse({ show: 'all' }), 'wrong-label', titleOf)).toEqual([]);
});

it('removes one of them, until only what is shown is left', () => {
  let filter = FILTER;
  for (let left = 7; left >= 0; left--) {
    filter = { ...filter, ...activeFilters(filter, 'wrong-label', titleOf)[0]?.without };
    expect(activeFilters(filter, 'wrong-label', titleOf)).toHaveLength(left);
  }
  expect(filter).toEqual(queueFilterSchema.parse({ show: 'all' }));
});
