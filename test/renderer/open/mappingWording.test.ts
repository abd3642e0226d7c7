import { describe, expect, it } from 'vitest';
import { describeBeforeScan, describeGuess } from '../../../src/renderer/open/mappingWording.ts';

const anger = { modelClasses: [], mappedTo: undefined, emotion: 'anger' } as const;

describe('the mapping of a class', () => {
  it('is its emotion before the first scan, and never "Not mapped"', () => {
    const classes = [anger, { ...anger, emotion: null }, { ...anger, mappedTo: null }];
    expect(classes.map((one) => describeBeforeScan({ ...one, modelClasses: [] }))).toEqual([
      'anger',
      'Mapped at the scan',
      'As set by you',
    ]);
  });

  it('is the guess after it, which can be returned to', () => {
    expect(describeGuess({ ...anger, modelClasses: ['anger', 'disgust'] })).toBe('anger, disgust');
    expect(describeGuess({ ...anger, modelClasses: [] })).toBe('Not mapped');
    expect(describeGuess({ ...anger, modelClasses: [], mappedTo: 'fear' })).toBe('As recognised');
  });
});
