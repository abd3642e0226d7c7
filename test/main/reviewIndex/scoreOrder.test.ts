import fc from 'fast-check';
import { expect, it } from 'vitest';
import { orderByScore, reorderByScore } from '../../../src/main/reviewIndex/scoreOrder.ts';

const score = fc.constantFrom(0, 0.2, 0.5, 0.7, 1, Number.NaN);

it('an order in which a few scores have changed equals a full sort', () => {
  const rows = fc.array(fc.record({ before: score, after: fc.option(score, { nil: null }) }));
  fc.assert(
    fc.property(rows, (rows) => {
      const order = orderByScore(Float32Array.from(rows, ({ before }) => before));
      const scores = Float32Array.from(rows, ({ before, after }) => after ?? before);
      const changed = [...rows.keys()].filter((row) => rows[row]?.after !== null).reverse();
      expect(reorderByScore(order, scores, changed)).toEqual(orderByScore(scores));
    }),
  );
});
