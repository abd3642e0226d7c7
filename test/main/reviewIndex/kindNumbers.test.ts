import { expect, it } from 'vitest';
import { KindNumbers } from '../../../src/main/reviewIndex/kindNumbers.ts';

it('numbers triples in the order of their first appearance, however many', () => {
  const numbers = new KindNumbers();
  const known = new Map<string, number>();
  for (const round of [1, 2]) {
    for (let at = 0; at < 20_000; at++) {
      const triple = [(at % 7) - 1, at << 16, round === 1 ? at : at % 5000] as const;
      const name = triple.join();
      if (!known.has(name)) known.set(name, known.size);
      if (numbers.of(...triple) !== known.get(name)) expect.fail(`${name} has another number`);
    }
  }
  expect(known.size).toBeGreaterThan(30_000);
});
