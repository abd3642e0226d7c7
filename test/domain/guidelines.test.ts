import { expect, it } from 'vitest';
import { guidelinesSchema } from '../../src/domain/guidelines.ts';

it('joins the guidelines of a class that is there in two spellings', () => {
  const composed = 'étonné';
  const parsed = guidelinesSchema.parse({
    [composed]: { description: 'eyes wide open', exemplars: ['a.jpg', 'b.jpg'] },
    [composed.normalize('NFD')]: { description: 'mouth open', exemplars: ['b.jpg', 'c.jpg'] },
    sad: { description: 'brows raised inside' },
  });
  expect({ ...parsed }).toEqual({
    [composed]: { description: 'eyes wide open\n\nmouth open', exemplars: ['a.jpg', 'b.jpg', 'c.jpg'] },
    sad: { description: 'brows raised inside', exemplars: [] },
  });
});
