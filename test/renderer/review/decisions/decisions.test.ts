import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueItem } from '../../../../src/protocol/queue.ts';
import { CoreOrder } from '../../../../src/renderer/client/newest.svelte.ts';
import { Decisions } from '../../../../src/renderer/review/decisions/decisions.ts';
import type { Decision } from '../../../../src/renderer/review/decisions/verdicts.svelte.ts';

const revision = (number: number) => ({ core: 'one', opening: 'first', number });
const decision = (label: number): Decision => ({ status: 'relabelled', label });
const item = (label: number): QueueItem => ({
  id: 7,
  image: 'a.png',
  given: 0,
  suggested: 1,
  score: 0.5,
  wrong: 0.5,
  held: false,
  inTestSplit: false,
  ...decision(label),
});

/** The core's statements about one image, each time another label; in any order of arrival. */
const inAnyOrder = fc
  .array(fc.constantFrom('event' as const, 'page' as const), { minLength: 1, maxLength: 8 })
  .map((kinds) => kinds.map((kind, index) => ({ kind, number: 10 * (index + 1) })))
  .chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray(words, { minLength: words.length })));

/** A page that shows one image. */
function page() {
  const decisions = new Decisions(new CoreOrder());
  let shown = item(0);
  return {
    decisions,
    label: () => shown.label,
    give(label: number) {
      decisions.give(7, decision(label));
      shown = { ...shown, ...decision(label) };
    },
    save(stands: number, number: number) {
      shown = { ...shown, ...decisions.settle(7, decision(stands), revision(number)) };
    },
    hear({ kind, number }: { kind: 'event' | 'page'; number: number }) {
      if (kind === 'event') {
        if (decisions.take(7, decision(number), revision(number))) shown = { ...shown, ...decision(number) };
      } else shown = decisions.over(item(number), revision(number));
    },
  };
}

describe('the verdict that an image is shown with', () => {
  it('is the one given here until the core has saved it, whatever it says meanwhile', () => {
    fc.assert(
      fc.property(inAnyOrder, ([, order]) => {
        const view = page();
        view.give(5);
        for (const word of order) {
          view.hear(word);
          expect(view.label()).toBe(5);
        }
      }),
    );
  });

  it('is the last that was said, or saved from here, in whatever order words and answer come', () => {
    fc.assert(
      fc.property(inAnyOrder, fc.nat(8), fc.nat(8), ([, order], savedAfter, answeredAfter) => {
        const view = page();
        view.give(5);
        const saved = 10 * savedAfter + 5;
        for (const word of order.slice(0, answeredAfter)) view.hear(word);
        view.save(5, saved);
        for (const word of order.slice(answeredAfter)) view.hear(word);
        const newest = Math.max(saved, ...order.map(({ number }) => number));
        expect(view.label()).toBe(newest === saved ? 5 : newest);
      }),
    );
  });

  it('is the resulting decision once it is saved, which with several annotators may be another', () => {
    const view = page();
    view.give(5);
    view.save(3, 1);
    expect(view.label()).toBe(3);
  });

  it('is the last that was said where none was given here', () => {
    fc.assert(
      fc.property(inAnyOrder, ([words, order]) => {
        const view = page();
        for (const word of order) view.hear(word);
        expect(view.label()).toBe(words.at(-1)?.number);
      }),
    );
  });

  it('is what was before where a verdict is given up', () => {
    const view = page();
    view.give(5);
    view.decisions.giveUp(7);
    expect(view.decisions.over(item(3), revision(1)).label).toBe(3);
  });
});
