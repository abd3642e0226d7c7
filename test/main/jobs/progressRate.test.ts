import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressRate } from '../../../src/main/jobs/progressRate.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function addEvery(rate: ProgressRate, ms: number, times: number): void {
  for (let time = 0; time < times; time++) {
    vi.advanceTimersByTime(ms);
    rate.add(16);
  }
}

describe('the rate of a job', () => {
  it.each([
    [200, 80],
    [4000, 4],
    [16_000, 1],
    [64_000, 0.25],
  ])('is right where 16 items take %d ms', (ms, expected) => {
    const rate = new ProgressRate();
    for (const times of [1, 1, 10]) {
      addEvery(rate, ms, times);
      expect(rate.perSecond()).toBeCloseTo(expected, 1);
    }
  });

  it('follows a change of pace within ten seconds', () => {
    const rate = new ProgressRate();
    addEvery(rate, 1000, 30);
    addEvery(rate, 200, 51);
    expect(rate.perSecond()).toBeCloseTo(80, 0);
  });

  it('does not count a pause', () => {
    const rate = new ProgressRate();
    addEvery(rate, 1000, 5);
    vi.advanceTimersByTime(60_000);
    rate.restart();
    addEvery(rate, 1000, 2);
    expect(rate.perSecond()).toBeCloseTo(16, 1);
  });
});
