import { expect, it } from 'vitest';
import { describeMissingFeatures, type FeatureSummary, featureStateOf } from '../../src/domain/features.ts';

const summary = (part: Partial<FeatureSummary>): FeatureSummary => ({
  state: 'present',
  form: 'full',
  offered: true,
  images: 12,
  present: 12,
  bytes: 1,
  ...part,
});

it('missing features are told with what brings them', () => {
  expect(describeMissingFeatures(summary({}))).toBeNull();
  expect(describeMissingFeatures(summary({ state: 'partly', present: 9 }))).toMatch(
    /missing for 3 of 12 .* Scan again/,
  );
  expect(describeMissingFeatures(summary({ state: 'absent', present: 0, form: 'off' }))).toContain(
    '--features full',
  );
  expect(describeMissingFeatures(summary({ state: 'absent', present: 0, offered: false }))).toContain(
    'no features',
  );
});

it('features of all images, of some, or of none are there', () => {
  expect([0, 1, 12].map((present) => featureStateOf(present, 12))).toEqual(['absent', 'partly', 'present']);
  expect(featureStateOf(0, 0)).toBe('absent');
});
