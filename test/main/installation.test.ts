import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetName, findInstallation } from '../../src/main/installation.ts';

describe('the name of a dataset', () => {
  it('is that of its folder, and "sample" for the sample', () => {
    expect(datasetName(join('/data', 'faces'))).toBe('faces');
    expect(datasetName(findInstallation().sampleFolder as string)).toBe('sample');
  });
});
