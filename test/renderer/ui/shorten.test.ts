import { describe, expect, it } from 'vitest';
import { shorten } from '../../../src/renderer/ui/plot/shorten.ts';

describe('a name beside a plot', () => {
  it.each([
    ['happiness (4)', 13, 'happiness (4)'],
    ['happiness (4)', 9, 'happiness'],
    ['happiness (4)', 8, 'happine…'],
    ['contentment, quiet (17)', 13, 'contentment,…'],
    ['(4)', 2, '(…'],
  ])('%s in %d characters is %s', (title, most, shown) => {
    expect(shorten(title, most)).toBe(shown);
  });
});
