import { describe, expect, it } from 'vitest';
import { type EndOfProcess, InferenceQueue } from '../../../src/main/engine/inferenceQueue.ts';

/**
 * A process that answers an input with its double, and ends as `endsOn` decides for the parts that it gets.
 */
async function work(
  calls: number[][],
  endsOn: (inputs: number[], run: number) => EndOfProcess | null,
): Promise<{ results: (number | string)[][]; runs: number[][] }> {
  const queue = new InferenceQueue<number, number | string>();
  const runs: number[][] = [];
  const results = calls.map((inputs) => queue.add(inputs));
  for (let sent = queue.take(); sent.length > 0; sent = queue.take()) {
    for (const { key, inputs } of sent) {
      runs.push(inputs);
      const end = endsOn(inputs, runs.length);
      if (end !== null) {
        queue.ended(end);
        break;
      }
      queue.finish(
        key,
        inputs.map((input) => 2 * input),
      );
    }
    if (runs.length > 1000) throw new Error('it never comes to an end');
  }
  return { results: await Promise.all(results), runs };
}

const CRASHED = 'the model crashed on this image';

describe('the search for the image that ends a process', () => {
  it('finds it, and predicts all the others', async () => {
    const { results } = await work([[1, 2, 3, 4, 5], [6]], (inputs) => (inputs.includes(4) ? 'crash' : null));
    expect(results).toEqual([[2, 4, 6, CRASHED, 10], [12]]);
  });

  it('blames an image only when it fails twice, alone, in a fresh process', async () => {
    const { results, runs } = await work([[7]], () => 'crash');
    expect(results).toEqual([[CRASHED]]);
    // The first crash makes it a suspect; after that it is alone.
    expect(runs).toEqual([[7], [7], [7]]);
  });

  it('blames none that a process died on once', async () => {
    const { results } = await work([[1, 2], [3]], (_, run) => (run === 2 ? 'crash' : null));
    expect(results).toEqual([[2, 4], [6]]);
    const alone = await work([[1]], (_, run) => (run <= 2 ? 'crash' : null));
    expect(alone.results).toEqual([[2]]);
  });

  it('blames none for a process that is ended from outside, however often', async () => {
    const { results } = await work([[1, 2], [3]], (_, run) => (run <= 30 ? 'outside' : null));
    expect(results).toEqual([[2, 4], [6]]);
  });

  it('looks at each image of a batch that takes too long by itself', async () => {
    const { results, runs } = await work([[1, 2, 3]], (inputs) => (inputs.includes(2) ? 'time' : null));
    expect(results).toEqual([[2, 'the model took too long on this image', 6]]);
    expect(runs).toEqual([[1, 2, 3], [1], [2], [2], [2], [3]]);
  });
});
