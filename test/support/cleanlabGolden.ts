import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FilterId } from '../../bench/flags/labelIssueFilters.ts';

/** Made by bench/flags/makeGolden.py. */
export interface Golden {
  name: string;
  labels: number[];
  probabilities: number[][];
  selfConfidence: number[];
  normalisedMargin: number[];
  weightedEntropy: number[];
  adjustedSelfConfidence: number[];
  adjustedMargin: number[];
  thresholds: number[];
  confidentJoint: number[][];
  calibratedJoint: number[][];
  prior: number[];
  noiseMatrix: number[][];
  inverseNoiseMatrix: number[][];
  issues: number;
  calibratedIssues: number;
  filters: Record<FilterId, number[]>;
}

export const { cleanlab, data } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/cleanlab/golden.json'), 'utf8'),
) as { cleanlab: string; data: Golden[] };
