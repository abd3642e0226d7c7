import { describe, expect, it } from 'vitest';
import { parseDecisionTime } from '../../../src/main/team/decisionTime.ts';

describe('the time of a decision', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31 12:00:00.123456+00', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31T14:00:00+02', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T14:00:00+0200', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T14:00:00 +02:00', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31 08:30-03:30', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31 12:00:00 UTC', '2026-01-31T12:00:00.000Z'],
    ['2028-02-29T12:00:00z', '2028-02-29T12:00:00.000Z'],
  ])('may be written as %s', (text, meant) => {
    expect(new Date(parseDecisionTime(text)).toISOString()).toBe(meant);
  });

  it('is that of this computer where no zone is given', () => {
    expect(parseDecisionTime('2026-01-31 12:00:00')).toBe(new Date(2026, 0, 31, 12).getTime());
  });

  it.each([
    '2026-02-29',
    '2026-02-30T12:00:00Z',
    '2026-04-31 12:00',
    '2026-13-01',
    '2026-01-31T25:00:00Z',
    '',
  ])('is not %s', (text) => {
    expect(parseDecisionTime(text)).toBeNaN();
  });
});
