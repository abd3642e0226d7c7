import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findIssues,
  ISSUES,
  type IssueColumns,
  issueBits,
  issuesOf,
} from '../../src/labelQuality/issues/index.ts';

const IMAGES = 40;
const columns = (changes: Partial<IssueColumns> = {}): IssueColumns => ({
  distributions: Array.from({ length: IMAGES }).flatMap(() => [0.9, 0.1]),
  classes: 2,
  labels: Array.from({ length: IMAGES }, () => 0),
  groups: Array.from({ length: IMAGES }, (_, image) => image),
  similarity: Array.from({ length: IMAGES }, (_, image) => 0.8 + image / 1000),
  side: Array.from({ length: IMAGES }, () => 48),
  brightness: Array.from({ length: IMAGES }, () => 0.5),
  sharpness: Array.from({ length: IMAGES }, (_, image) => 0.1 + image / 1000),
  faceQuality: Array.from({ length: IMAGES }, () => Number.NaN),
  facesFound: Array.from({ length: IMAGES }, () => Number.NaN),
  ...changes,
});
const withFirst = (values: ArrayLike<number>, ...first: number[]) => [
  ...first,
  ...Array.from(values).slice(first.length),
];
const found = (changes: Partial<IssueColumns>) => issuesOf(findIssues(columns(changes))[0] as number);
const plain = columns();

describe('issues of images', () => {
  it('are none in an ordinary dataset', () => {
    expect([...findIssues(plain)]).toEqual(new Array(IMAGES).fill(0));
  });

  it('are photographs without a face, or with several, where faces were looked for', () => {
    expect(found({ facesFound: withFirst(plain.facesFound, 0) })).toEqual(['no-face']);
    expect(found({ facesFound: withFirst(plain.facesFound, 1) })).toEqual([]);
    expect(found({ facesFound: withFirst(plain.facesFound, 2) })).toEqual(['several-faces']);
  });

  it('are duplicates, and duplicates whose labels disagree', () => {
    expect(found({ groups: withFirst(plain.groups, 1, 1) })).toEqual(['duplicates']);
    expect(found({ groups: withFirst(plain.groups, 1, 1), labels: withFirst(plain.labels, 1) })).toEqual([
      'duplicates-different-labels',
      'duplicates',
    ]);
    expect(found({ groups: withFirst(plain.groups, 1, 1), labels: withFirst(plain.labels, -1) })).toEqual([
      'duplicates',
    ]);
  });

  it('are images without a usable face, where the model says so', () => {
    expect(found({ faceQuality: withFirst(plain.faceQuality, 0.2) })).toEqual(['unusable']);
    expect(found({ faceQuality: withFirst(plain.faceQuality, 0.8) })).toEqual([]);
  });

  it('are images unlike all others, and those of two emotions', () => {
    expect(found({ similarity: withFirst(plain.similarity, 0.2) })).toEqual(['outlier']);
    expect(found({ distributions: withFirst(plain.distributions, 0.55, 0.45) })).toEqual(['ambiguous']);
  });

  it.each([
    ['tiny', { side: withFirst(plain.side, 20) }],
    ['dark', { brightness: withFirst(plain.brightness, 0.02) }],
    ['overexposed', { brightness: withFirst(plain.brightness, 0.99) }],
    ['blurred', { sharpness: withFirst(plain.sharpness, 0.0001) }],
    ['flat', { sharpness: withFirst(plain.sharpness, 0) }],
  ])('are pictures that show too little: %s', (_, changes) => {
    expect(found(changes)).toEqual(['low-quality']);
  });

  it('are not invented where something is not known', () => {
    const unknown = Array.from({ length: IMAGES }, () => Number.NaN);
    const nothing = { side: unknown, brightness: unknown, sharpness: unknown, similarity: unknown };
    expect([...findIssues(columns(nothing))]).toEqual(new Array(IMAGES).fill(0));
  });

  it('survive the way into bits and back', () => {
    for (const issue of ISSUES) expect(issuesOf(issueBits([issue]))).toEqual([issue]);
    expect(issuesOf(issueBits([...ISSUES]))).toEqual([...ISSUES]);
  });

  it('have room in the 31 bits of a set', () => {
    expect(ISSUES.length).toBeLessThanOrEqual(31);
  });

  it('are explained in the docs', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/cleaned-csv.md'), 'utf8');
    expect(ISSUES.filter((issue) => !docs.includes(`\`${issue}\``))).toEqual([]);
  });
});
