import { describe, expect, it } from 'vitest';
import { shorten, shortenAll } from '../../../src/renderer/ui/plot/shorten.ts';

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

  it('has no bracket if another name of its axis has no room for one', () => {
    expect(shortenAll(['fear (2)', 'happiness (4)'], 13)).toEqual(['fear (2)', 'happiness (4)']);
    expect(shortenAll(['fear (2)', 'happiness (4)'], 9)).toEqual(['fear', 'happiness']);
  });
});
