import { describe, expect, it } from 'vitest';
import { describeScanTime } from '../../../src/renderer/open/scanTime.ts';

const slow = { imagesPerSecond: 20, provider: 'cpu', gpus: [] } as const;
const pace = (over = {}) => ({ ...slow, gpus: [], ...over });
const usual = { precision: 'fp32', precisions: ['fp32', 'int8'], views: 'unsure' } as const;
const offer = (over = {}) => ({ ...usual, precisions: [...usual.precisions], ...over });

describe('the time that the scan of a large folder takes', () => {
  it('is said with what would be faster', () => {
    expect(describeScanTime(300_000, pace(), offer())).toBe(
      'This scan takes about 4 h 10 min on this CPU. Faster: 8-bit precision, one view or a cluster of machines (docs/cluster.md).',
    );
  });

  it('offers a GPU that can be tried, and nothing that is chosen already', () => {
    const chosen = offer({ precision: 'int8', views: 'one' });
    expect(describeScanTime(300_000, pace({ gpus: ['dml'] }), chosen)).toContain(
      'Faster: DirectML (grefel scan --provider dml) or a cluster',
    );
    expect(describeScanTime(300_000, pace(), chosen)).toMatch(
      /Faster: a cluster of machines \(docs\/cluster\.md\)\.$/,
    );
    expect(
      describeScanTime(300_000, pace({ provider: 'cuda', gpus: ['cuda'] }), offer({ views: 'one' })),
    ).toContain('on this machine (CUDA). Faster: a cluster');
  });

  it('is not worth a sentence if it is short', () => {
    expect(describeScanTime(30_000, pace(), offer())).toBeNull();
  });
});
