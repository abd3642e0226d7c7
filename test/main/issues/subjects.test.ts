import { describe, expect, it } from 'vitest';
import { groupingColumn } from '../../../src/main/issues/index.ts';

describe('images of one subject or video', () => {
  it.each([
    [['age', 'Subject_ID'], { column: 'Subject_ID', by: 'subject' }],
    [['video', 'person'], { column: 'person', by: 'subject' }],
    [['clip_name'], { column: 'clip_name', by: 'video' }],
    [['valence', 'usage'], null],
    [['id'], null],
  ])('are told apart by a column of the source: %j', (columns, found) => {
    expect(groupingColumn(columns)).toEqual(found);
  });
});
