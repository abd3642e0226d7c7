import { describe, expect, it } from 'vitest';
import type { ScanMeans } from '../../../../src/domain/longScan.ts';
import { describeLongScan } from '../../../../src/main/hosts/cli/longScan.ts';
import type { JobProgress } from '../../../../src/protocol/api.ts';

const running: JobProgress = {
  kind: 'scan',
  state: 'running',
  done: 1000,
  total: 1_001_000,
  imagesPerSecond: 20,
  secondsLeft: 50_000,
  error: null,
};
const onCpu: ScanMeans = {
  provider: 'cpu',
  gpus: [],
  precision: 'fp32',
  precisions: ['fp32', 'int8'],
  views: 'unsure',
};

describe('a scan of very many images', () => {
  it('says what it will take on this machine, what may be faster, and where more machines are explained', () => {
    expect(describeLongScan(running, 0, onCpu)).toBe(
      'The 1,000,000 images left take about 13 h 53 min on this CPU. Faster: --precision int8, --views one. To scan on several machines, see docs/cluster.md.',
    );
  });

  it('offers another provider that can be tried here, and nothing that is in use already', () => {
    const means = { ...onCpu, gpus: ['webgpu', 'cuda'], precision: 'int8', views: 'one' } as const;
    expect(describeLongScan(running, 0, means)).toContain(
      'CPU. Faster: --provider webgpu, --provider cuda. To scan',
    );
    expect(describeLongScan(running, 0, { ...means, gpus: [] })).not.toContain('Faster');
    expect(
      describeLongScan(running, 0, { ...onCpu, provider: 'webgpu', gpus: ['webgpu'], views: 'one' }),
    ).toContain('on this machine (WebGPU). To scan');
  });

  it('counts in days where it takes days', () => {
    expect(describeLongScan({ ...running, secondsLeft: 200 * 3600 }, 0, onCpu)).toContain(
      'about 8 days 8 h on',
    );
  });

  it.each([
    ['one of half an hour', { ...running, secondsLeft: 1800 }, 0],
    ['one that has just begun', { ...running, done: 100 }, 0],
    ['one that has just gone on', running, 900],
    ['one that is paused', { ...running, state: 'paused' }, 0],
    ['another job', { ...running, kind: 'fit' }, 0],
  ] as const)('says nothing of %s', (_, job, doneBefore) => {
    expect(describeLongScan(job as JobProgress, doneBefore, onCpu)).toBeNull();
  });
});
