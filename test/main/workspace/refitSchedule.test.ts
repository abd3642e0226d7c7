import { describe, expect, it } from 'vitest';
import { DECISIONS_PER_REFIT, RefitSchedule } from '../../../src/main/workspace/refitSchedule.ts';

function learned(decided: number, tookMs = 0): RefitSchedule {
  const schedule = new RefitSchedule();
  schedule.begin(decided, 0);
  schedule.end(tookMs);
  return schedule;
}

describe('learning again from decisions', () => {
  it('waits for enough new ones', () => {
    expect(learned(10).dueInMs(10 + DECISIONS_PER_REFIT - 1, 1000)).toBeNull();
    expect(learned(10).dueInMs(10 + DECISIONS_PER_REFIT, 1000)).toBe(0);
  });

  it('does not count what was undone, but learns when as many were taken back', () => {
    expect(learned(100).dueInMs(100, 1000)).toBeNull();
    expect(learned(100).dueInMs(100 - DECISIONS_PER_REFIT, 1000)).toBe(0);
  });

  it('never begins before the labels were first learned from', () => {
    expect(new RefitSchedule().dueInMs(1000, 1000)).toBeNull();
  });

  it('leaves the machine twice as long at rest as the last time took', () => {
    const schedule = learned(0, 60_000);
    expect(schedule.dueInMs(500, 170_000)).toBe(10_000);
    expect(schedule.dueInMs(500, 180_000)).toBe(0);
  });
});
