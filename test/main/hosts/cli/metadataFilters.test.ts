import { describe, expect, it } from 'vitest';
import { readMetadataFilters } from '../../../../src/main/hosts/cli/metadataFilters.ts';
import { ReviewIndex } from '../../../../src/main/reviewIndex/index.ts';

const index = ReviewIndex.of(
  [1, 2].map((id) => ({
    id,
    image: `${id}.png`,
    split: null,
    givenClass: null,
    state: 'read',
    currentVerdict: null,
    currentClass: null,
  })),
  [],
);
index.setMetadata([
  { kind: 'choice', name: 'gender', values: ['female', 'male'], cells: Uint16Array.of(0, 1, 2) },
  { kind: 'choice', name: 'a=b', values: ['x'], cells: Uint16Array.of(0, 1, 0) },
  { kind: 'number', name: 'age', cells: Float32Array.of(Number.NaN, 20, 30) },
]);
const read = (...options: string[]) => readMetadataFilters(options, index.metadata);

describe('--where', () => {
  it('takes values of a column, several of which mean any, and ranges of numbers', () => {
    expect(read('gender=female', 'age=20..30', 'gender=', 'a=b=x')).toEqual([
      { column: 'gender', values: ['female', ''], from: null, to: null },
      { column: 'age', values: [], from: 20, to: 30 },
      { column: 'a=b', values: ['x'], from: null, to: null },
    ]);
    expect(read('age=25')).toMatchObject([{ from: 25, to: 25 }]);
    expect(read('age=-1.5..')).toMatchObject([{ from: -1.5, to: null }]);
    expect(read('age=..30')).toMatchObject([{ from: null, to: 30 }]);
  });

  it('says what there is instead of what there is not', () => {
    expect(() => read('height=3')).toThrow('--where height=3 names no column to filter by');
    expect(() => read('gender=robot')).toThrow('no image has "robot" as its gender');
    expect(() => read('age=old')).toThrow('--where age=old is not a range of numbers');
  });
});
