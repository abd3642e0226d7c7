import { describe, expect, it } from 'vitest';
import type { Overview } from '../../../src/protocol/overview.ts';
import { queueHash, routeFromHash } from '../../../src/renderer/client/route.ts';
import { adviceWords, broughtWords, leftWords } from '../../../src/renderer/overview/overviewWording.ts';
import { formatPercent } from '../../../src/renderer/ui/wording.ts';

const share = { estimate: 0.75, low: 0.66, high: 0.82 };
const OVERVIEW: Overview = {
  scored: 1000,
  reviewed: 100,
  wrong: 75,
  estimated: { estimate: 300, low: 270, high: 330 },
  left: { estimate: 225, low: 195, high: 255 },
  estimatedFrom: 'probabilities',
  unreviewed: 900,
  classes: [],
  suggested: [],
  corrected: [],
  primary: [],
  confidence: { primary: { bins: [], mean: 0 }, corrected: { bins: [], mean: 0 } },
  yield: {
    found: [],
    ahead: [],
    recent: { viewed: 100, wrong: 75, share },
    nextPerHundred: 70,
    imagesWorthwhile: 400,
    errorsWorthwhile: 210,
  },
  secondsPerImage: 2,
  advice: 'go-on',
  audit: null,
  fit: null,
  sliceable: [],
  comparison: null,
};

describe('the advice when to stop', () => {
  it('gives its reasons', () => {
    const { title, reasons } = adviceWords(OVERVIEW);
    expect(title).toBe('Keep going');
    expect(reasons).toEqual([
      'Of the last 100 images reviewed, 75 had a wrong label (66\u00a0% to 82\u00a0%).',
      'About 70 of the next 100 are expected to be wrong.',
      'After about 400 more images (210 wrong) the rate falls below 5 %.',
      'At your pace, 30 images a minute, that takes 13 min.',
    ]);
  });

  it('says of one image what it was', () => {
    const one = (wrong: number) => {
      const recent = { viewed: 1, wrong, share: { estimate: wrong, low: 0.2, high: 1 } };
      return adviceWords({ ...OVERVIEW, yield: { ...OVERVIEW.yield, recent } }).reasons[0];
    };
    expect([one(1), one(0)]).toEqual([
      'The last image reviewed had a wrong label.',
      'The last image reviewed had a right label.',
    ]);
  });

  it('does not send who has begun to the start of the queue', () => {
    const titleAfter = (reviewed: number) => adviceWords({ ...OVERVIEW, advice: 'begin', reviewed }).title;
    expect([titleAfter(0), titleAfter(3)]).toEqual(['Start with the queue', 'Continue with the queue']);
  });

  it('says that a queue alone cannot show what it misses', () => {
    const { reasons } = adviceWords({ ...OVERVIEW, advice: 'audit' });
    expect(reasons.join(' ')).toMatch(/Only a random sample shows what the queue misses/);
  });

  it('does not repeat how many are left, which is said once', () => {
    const { reasons } = adviceWords({ ...OVERVIEW, advice: 'missed' });
    expect(reasons.join(' ')).not.toMatch(/25|900/);
  });
});

describe('how many wrong labels are left', () => {
  it('is said with what it is estimated from', () => {
    expect(leftWords(OVERVIEW)).toBe(
      '25\u00a0% of the 900 images not reviewed yet. Estimated from the model’s probabilities, adjusted to your 100 decisions; a random sample would check it.',
    );
    expect(leftWords({ ...OVERVIEW, reviewed: 0 })).not.toContain('decision');
    const drawnAt = '2026-01-01T00:00:00Z';
    const audit = { drawnAt, samples: 1, size: 100, reviewed: 62, wrong: 3, counted: 60 };
    expect(leftWords({ ...OVERVIEW, estimatedFrom: 'audit', audit })).toContain(
      'and a random sample of 60 images.',
    );
  });

  it('is what cleaning has not changed yet', () => {
    expect(broughtWords(OVERVIEW)).toBe(
      'Of 100 images reviewed, 75 had a wrong label. About 30\u00a0% of all labels were wrong as given; 23\u00a0% are now.',
    );
    expect(broughtWords({ ...OVERVIEW, reviewed: 0 })).toContain('Nothing is reviewed yet');
  });
});

it.each([
  [0, '0\u00a0%'],
  [0.0004, 'under 0.1\u00a0%'],
  [0.021, '2.1\u00a0%'],
  [0.05, '5\u00a0%'],
  [0.0999, '10\u00a0%'],
  [0.44, '44\u00a0%'],
])('a share of %d is written %s', (value, text) => {
  expect(formatPercent(value)).toBe(text);
});

it('a cell of the matrix leads to its queue', () => {
  const { request } = routeFromHash(queueHash({ show: 'all', given: [1], suggested: [2] }));
  expect(request.filter).toMatchObject({ show: 'all', given: [1], suggested: [2], statuses: [] });
});
