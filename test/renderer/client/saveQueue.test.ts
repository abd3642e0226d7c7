import { describe, expect, it } from 'vitest';
import { SaveQueue } from '../../../src/renderer/client/saveQueue.ts';

/** A core that takes a moment for each save, and fails those whose name is in `refused`. */
function slowCore() {
  const saved: string[] = [];
  const refused = new Set<string>();
  const failures: string[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const save = (name: string) => ({
    name,
    send: async () => {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 1));
      atOnce--;
      if (refused.has(name)) throw new Error('disk full');
      saved.push(name);
    },
  });
  type NamedSave = ReturnType<typeof save>;
  const line = new SaveQueue<NamedSave>({ onChange: () => {}, onFailure: ({ name }) => failures.push(name) });
  return { line, save, saved, refused, failures, mostAtOnce: () => mostAtOnce };
}

describe('verdicts in quick succession', () => {
  it('are saved one at a time, in the order of the keys', async () => {
    const { line, save, saved, mostAtOnce } = slowCore();
    const names = Array.from({ length: 20 }, (_, index) => `image ${index}`);
    for (const name of names) line.add(save(name));
    expect(line.waiting).toHaveLength(20);
    await line.settled();
    expect(saved).toEqual(names);
    expect(mostAtOnce()).toBe(1);
    expect(line.waiting).toHaveLength(0);
  });

  it('stop at the first that fails, and none overtakes it', async () => {
    const { line, save, saved, refused, failures } = slowCore();
    refused.add('b');
    for (const name of ['a', 'b', 'c']) line.add(save(name));
    await line.settled();
    line.add(save('d'));
    await line.settled();
    expect(saved).toEqual(['a']);
    expect(failures).toEqual(['b']);
    expect(line.failed).toBe(true);
    expect(line.waiting.map(({ name }) => name)).toEqual(['b', 'c', 'd']);
  });

  it('continue in order when the failed one is saved again', async () => {
    const { line, save, saved, refused } = slowCore();
    refused.add('b');
    for (const name of ['a', 'b', 'c']) line.add(save(name));
    await line.settled();
    refused.clear();
    line.retry();
    await line.settled();
    expect(saved).toEqual(['a', 'b', 'c']);
    expect(line.failed).toBe(false);
  });

  it('continue without the failed one when it is discarded', async () => {
    const { line, save, saved, refused } = slowCore();
    refused.add('b');
    for (const name of ['a', 'b', 'c']) line.add(save(name));
    await line.settled();
    expect(line.discardFailed()?.name).toBe('b');
    await line.settled();
    expect(saved).toEqual(['a', 'c']);
  });

  it('report a second failure of the same one', async () => {
    const { line, save, refused, failures } = slowCore();
    refused.add('a');
    line.add(save('a'));
    await line.settled();
    line.retry();
    await line.settled();
    expect(failures).toEqual(['a', 'a']);
    expect(line.waiting).toHaveLength(1);
  });
});
