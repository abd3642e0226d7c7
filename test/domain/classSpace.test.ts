import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildClassSpace, projectDistribution } from '../../src/domain/classSpace.ts';
import { AppError } from '../../src/domain/errors.ts';
import type { ModelClass } from '../../src/domain/model.ts';

const classes = (...names: string[]): ModelClass[] => names.map((name) => ({ name, aliases: [] }));
const FER_PLUS = classes(
  'neutral', 'happiness', 'surprise', 'sadness', 'anger', 'disgust', 'fear', 'contempt',
); // biome-ignore format: one line reads best

describe('which classes of a dataset and a model are the same', () => {
  it('finds them under other names, in the dataset’s order', () => {
    const space = buildClassSpace(['Angry', '03_Happy', 'SAD', 'surprised'], FER_PLUS);
    expect(space.groups).toEqual([
      { name: 'Angry', modelClasses: [4], datasetClasses: [0] },
      { name: '03_Happy', modelClasses: [1], datasetClasses: [1] },
      { name: 'SAD', modelClasses: [3], datasetClasses: [2] },
      { name: 'surprised', modelClasses: [2], datasetClasses: [3] },
    ]);
    expect(space.groupOfDatasetClass).toEqual([0, 1, 2, 3]);
    expect(space.unmappedModelClasses).toEqual([0, 5, 6, 7]);
  });

  it('keeps a class that the model does not know', () => {
    const space = buildClassSpace(['happy', 'bored', '7', ''], FER_PLUS);
    expect(space.groupOfDatasetClass).toEqual([0, null, null, null]);
  });

  it('joins synonyms of the dataset', () => {
    const space = buildClassSpace(['joy', 'fear', 'happy'], FER_PLUS);
    expect(space.groups[0]).toEqual({ name: 'joy', modelClasses: [1], datasetClasses: [0, 2] });
    expect(space.groupOfDatasetClass).toEqual([0, 1, 0]);
  });

  it('joins several model classes of one meaning', () => {
    const space = buildClassSpace(['anger', 'fear'], classes('fear', 'angry', 'rage'));
    expect(space.groups[0]).toEqual({ name: 'anger', modelClasses: [1, 2], datasetClasses: [0] });
  });

  it('takes the model’s own aliases before the common table', () => {
    const model: ModelClass[] = [...classes('happiness', 'sadness'), { name: 'glee', aliases: ['joy'] }];
    const space = buildClassSpace(['joy', 'happy'], model);
    expect(space.groups.map((group) => group.modelClasses)).toEqual([[2], [0]]);
  });

  it('lets the user decide', () => {
    const space = buildClassSpace(['0', 'happy', 'toString'], FER_PLUS, { '0': 'anger', happy: null });
    expect(space.groupOfDatasetClass).toEqual([0, null, null]);
    expect(space.groups[0]?.modelClasses).toEqual([4]);
  });

  it('refuses to map what is not there', () => {
    expect(() => buildClassSpace(['0'], FER_PLUS, { '0': 'hunger' })).toThrow(AppError);
    expect(() => buildClassSpace(['0'], FER_PLUS, { '1': 'anger' })).toThrow(
      'the dataset has no class "1" to map',
    );
  });

  it('puts every class into one place only, whatever the names are', () => {
    const name = fc.oneof(
      fc.constantFrom('happy', 'joy', 'Angry', 'mad', 'rage', 'smile', 'x', ''),
      fc.string(),
    );
    const names = fc.uniqueArray(name, { maxLength: 8 });
    fc.assert(
      fc.property(names, names, (datasetClasses, modelNames) => {
        const space = buildClassSpace(datasetClasses, classes(...modelNames));
        const ofModel = [
          ...space.groups.flatMap((group) => group.modelClasses),
          ...space.unmappedModelClasses,
        ];
        expect(ofModel.sort((a, b) => a - b)).toEqual(modelNames.map((_, index) => index));
        space.groupOfDatasetClass.forEach((group, index) => {
          const holders = space.groups.flatMap(({ datasetClasses: members }, at) =>
            members.includes(index) ? [at] : [],
          );
          expect(holders).toEqual(group === null ? [] : [group]);
        });
      }),
    );
  });
});

describe('the model’s distribution over the dataset’s classes', () => {
  const space = buildClassSpace(['happy', 'anger'], classes('happiness', 'angry', 'rage', 'fear'));

  it('sums and renormalises', () => {
    expect([...projectDistribution(space, [0.2, 0.1, 0.2, 0.5])]).toEqual(
      [0.4, 0.6].map((p) => expect.closeTo(p, 12)),
    );
  });

  it('is uniform where there is no mass', () => {
    expect([...projectDistribution(space, [0, 0, 0, 1])]).toEqual([0.5, 0.5]);
    expect([...projectDistribution(space, [Number.NaN, -1, Number.POSITIVE_INFINITY])]).toEqual([0.5, 0.5]);
  });

  it('is empty where nothing is mapped', () => {
    expect(projectDistribution(buildClassSpace(['x'], FER_PLUS), new Float32Array(8))).toHaveLength(0);
  });

  it('always sums to one', () => {
    const anyNumbers = fc.array(fc.double(), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(anyNumbers, (distribution) => {
        const projected = projectDistribution(space, distribution);
        expect(projected.every((p) => p >= 0 && p <= 1)).toBe(true);
        expect(projected.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});
