import { describe, expect, it } from 'vitest';
import { groupingColumn, joinBySubject } from '../../../src/main/flags/index.ts';

const alone = (images: number) => Int32Array.from({ length: images }, (_, image) => image);

describe('images of one subject or video', () => {
  it.each([
    [['age', 'Subject_ID'], { name: 'Subject_ID', by: 'subject' }],
    [['video', 'person'], { name: 'person', by: 'subject' }],
    [['clip_name'], { name: 'clip_name', by: 'video' }],
    [['valence', 'usage'], null],
    [['id'], null],
  ])('are told apart by a column of the source: %j', (columns, found) => {
    expect(groupingColumn(columns)).toEqual(found);
  });

  it('are one group, together with their copies', () => {
    const copies = alone(8);
    copies[5] = 0;
    const joined = joinBySubject(copies, ['a', 'a', 'b', 'b', '', '', 'c', 'd']);
    expect(joined?.[1]).toBe(joined?.[0]);
    expect(joined?.[5]).toBe(joined?.[0]);
    expect(joined?.[3]).toBe(joined?.[2]);
    expect(new Set(joined).size).toBe(5);
  });

  it('are not kept together where they are most of the dataset', () => {
    expect(joinBySubject(alone(5), ['a', 'a', 'a', 'a', 'b'])).toBeNull();
  });
});
