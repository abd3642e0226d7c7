import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Selection } from '../../../../src/renderer/review/grid/selection.svelte.ts';

const step = fc.oneof(
  fc.record({ kind: fc.constant('toggle' as const), at: fc.nat(30) }),
  fc.record({ kind: fc.constant('add' as const), at: fc.nat(30), length: fc.nat(10) }),
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(30), length: fc.nat(10) }),
);

describe('what is chosen in the grid', () => {
  it('is what a list of every single image would hold', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const selection = new Selection();
        let list = new Set<number>();
        for (const { kind, at, ...rest } of steps) {
          const end = at + ('length' in rest ? rest.length : 0);
          const range = Array.from({ length: end - at }, (_, index) => at + index);
          if (kind === 'toggle') {
            selection.toggle(at);
            if (!list.delete(at)) list.add(at);
          } else if (kind === 'add') {
            selection.add([{ start: at, end }]);
            for (const position of range) list.add(position);
          } else {
            selection.set(at, end);
            list = new Set(range);
          }
        }
        for (let position = 0; position < 45; position++)
          expect(selection.has(position)).toBe(list.has(position));
        expect(selection.count).toBe(list.size);
      }),
    );
  });

  it('reaches from where choosing began, to either side', () => {
    const selection = new Selection();
    selection.extendTo(7, 5);
    selection.extendTo(8, 7);
    expect(selection.ranges).toEqual([{ start: 5, end: 9 }]);
    selection.extendTo(3, 8);
    expect(selection.ranges).toEqual([{ start: 3, end: 6 }]);
  });
});
