import { describe, expect, it, onTestFinished } from 'vitest';
import { startEngine } from '../../../src/main/engine/index.ts';
import { coresOfThreads } from '../../../src/main/engine/modelThreads.ts';
import { coresOf } from '../../../src/main/engine/physicalCores.ts';
import { asItems, imagePaths, tinyModel } from './models.ts';

describe('the threads of a model', () => {
  it('are one for each core, and at most four that share all cores', () => {
    expect(coresOfThreads('cpu', null, 2)).toEqual([1, 1]);
    expect(coresOfThreads('cpu', null, 18)).toEqual([5, 5, 4, 4]);
    expect(coresOfThreads('cpu', 3, 16)).toEqual([1, 1, 1]);
  });

  it('are not used for a GPU, or where the number of cores is unknown', () => {
    expect(coresOfThreads('webgpu', null, 4)).toBeNull();
    expect(coresOfThreads('cpu', null, null)).toBeNull();
  });

  it('give every image its own result, the same as a single thread does', async () => {
    const paths = Array.from({ length: 4 }, () => imagePaths).flat();
    const results = [];
    for (const threads of [1, 3]) {
      const engine = await startEngine({ modelPath: tinyModel, provider: 'cpu', threads });
      onTestFinished(() => engine.close());
      const [first, second] = await Promise.all([
        engine.infer(asItems(paths.slice(5))),
        engine.infer(asItems(paths)),
      ]);
      results.push([...first, ...second]);
    }
    const [ofOne = [], ofThree] = results;
    expect(ofThree).toEqual(ofOne);
    const predictions = ofOne.map((result) => (result.ok ? result.outputs.primary.join() : ''));
    expect(new Set(predictions).size).toBeGreaterThan(3);
  });
});

describe('the cores of a processor', () => {
  const cpuinfo = (cores: [socket: number, core: number][]) =>
    cores
      .map(([socket, core]) => `processor : 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`)
      .join('\n');

  it('count once for their two threads, and in each socket', () => {
    expect(
      coresOf(
        cpuinfo([
          [0, 0],
          [0, 1],
          [0, 0],
          [0, 1],
        ]),
      ),
    ).toBe(2);
    expect(
      coresOf(
        cpuinfo([
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ]),
      ),
    ).toBe(4);
  });

  it('are not known where the system does not name them', () => {
    expect(coresOf('processor : 0\nBogoMIPS : 50\n')).toBe(0);
  });
});
