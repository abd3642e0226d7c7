import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatestOnly, OVERTAKEN } from '../../../src/renderer/client/latestOnly.ts';

/** A question that is answered, or fails, when the test decides. */
function openQuestion() {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  return { ask: () => promise, resolve, reject };
}

describe('turns', () => {
  it('take the answer to the last question, in whatever order answers and failures come', async () => {
    const endings = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 });
    const inAnyOrder = endings.chain((fails) =>
      fc.tuple(fc.constant(fails), fc.shuffledSubarray([...fails.keys()], { minLength: fails.length })),
    );
    await fc.assert(
      fc.asyncProperty(inAnyOrder, async ([fails, order]) => {
        const turns = new LatestOnly();
        const questions = fails.map(openQuestion);
        const outcomes = Promise.allSettled(questions.map(({ ask }) => turns.ask(ask)));
        for (const index of order) {
          if (fails[index]) questions[index]?.reject(new Error(`no answer to ${index}`));
          else questions[index]?.resolve(index);
          await Promise.resolve();
        }
        const settled = await outcomes;
        const last = settled.pop();
        if (fails.at(-1)) expect(last).toMatchObject({ status: 'rejected' });
        else expect(last).toEqual({ status: 'fulfilled', value: fails.length - 1 });
        for (const earlier of settled) expect(earlier).toEqual({ status: 'fulfilled', value: OVERTAKEN });
      }),
    );
  });

  it('take nothing of what was begun before they were ended', async () => {
    const turns = new LatestOnly();
    const isCurrent = turns.begin();
    const question = openQuestion();
    const answer = turns.ask(question.ask);
    expect(isCurrent()).toBe(false);
    turns.end();
    question.resolve(1);
    expect(await answer).toBe(OVERTAKEN);
  });
});
