import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '../../../src/labelQuality/random.ts';
import { measureYield } from '../../../src/labelQuality/reviewYield.ts';
import { DEFAULT_SCORE, scoresBy } from '../../../src/labelQuality/scores/index.ts';
import { ErrorsLeft } from '../../../src/main/overview/errorsLeft.ts';
import { NoiseEstimator } from '../../../src/main/overview/noiseEstimates.ts';
import { type Audit, ProjectFile } from '../../../src/main/project/index.ts';
import { auditEvidence, beginRound, drawOverviewAudit } from '../../../src/main/review/index.ts';
import { ReviewIndex } from '../../../src/main/reviewIndex/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { twoClassModel } from '../../support/twoClassModel.ts';

const IMAGES = 600;
const DRAWS = 300;

const FILE = { sizeBytes: 1, mtimeMs: 1, contentSha256: '' };
const PICTURE = {
  width: 1,
  height: 1,
  format: 'png',
  pixelsSha256: '',
  perceptualHash: '0000000000000000',
  brightness: 0.5,
  sharpness: 1,
};

interface Reviewed {
  project: ProjectFile;
  index: ReviewIndex;
  /** Ids of the images with a wrong label. */
  wrong: ReadonlySet<number>;
}

/** Images of known truth, under a model with wrong probabilities. */
function openReview(): Reviewed {
  const project = ProjectFile.openForWriting(join(temporaryFolder(), 'project.sqlite'));
  onTestFinished(() => project.close());
  project.dataset.addClasses(['happy', 'sad']);
  const run = project.modelRuns.begin({
    modelSha256: 'sha',
    modelPath: 'two.onnx',
    model: twoClassModel,
    provider: null,
    views: 'one',
  });
  const random = seededRandom(11);
  const wrong = new Set<number>();
  const samples = Array.from({ length: IMAGES }, (_, ordinal) => {
    const image = `${ordinal}.png`;
    const id = ordinal + 1;
    project.samples.list({
      ordinal,
      image,
      path: image,
      split: null,
      givenClass: 0,
      problem: null,
      sizeBytes: 1,
      mtimeMs: 1,
    });
    project.samples.markRead(id, FILE, PICTURE);
    const suspicion = random();
    if (random() < 0.1 + 0.2 * suspicion) wrong.add(id);
    project.flags.write(run.id, {
      sampleId: id,
      suggestedClass: 1,
      alternativeClass: 1,
      alternativeProbability: suspicion,
      scores: scoresBy((score) => (score === DEFAULT_SCORE ? 0.05 + 0.9 * suspicion ** 4 : null)),
      trainedOn: null,
    });
    return {
      id,
      image,
      split: null,
      givenClass: 0,
      state: 'read' as const,
      currentVerdict: null,
      currentClass: null,
    };
  });
  return { project, index: ReviewIndex.of(samples, project.flags.indexed()), wrong };
}

/** A person who is never mistaken. */
function decide({ index, wrong }: Reviewed, ids: Iterable<number>): void {
  for (const id of ids) {
    const isWrong = wrong.has(id);
    index.setVerdict(id, isWrong ? 'relabelled' : 'kept', isWrong ? 1 : null);
  }
}

function forgetVerdicts({ index }: Reviewed): void {
  for (const id of index.id) index.setVerdict(id, 'unreviewed', null);
}

/** The images without a decision that are most likely wrong. */
function queue({ index }: Reviewed, count: number): number[] {
  const open = [...index.order(DEFAULT_SCORE)].filter((row) => index.status[row] === 0);
  return open.slice(0, count).map((row) => index.id[row] as number);
}

function drawn({ project, index }: Reviewed, size: number, seed: number): Audit {
  drawOverviewAudit(project, index, size, seed);
  return project.audits.all().at(-1) as Audit;
}

/** Reviews a round of this seed, all of it or its first images, and returns its random sample. */
function reviewRound(review: Reviewed, annotator: string, atRandom: number, seed: number, share = 1): Audit {
  const { project, index } = review;
  const request = { fromQueue: 30, atRandom, repeatPercent: 0 };
  const { order } = beginRound({ project, index, annotator }, request, seed);
  decide(review, order.slice(0, Math.round(share * order.length)));
  return project.audits.all().at(-1) as Audit;
}

/** Runs something that writes, and restores the project. */
function rolledBack<Result>(project: ProjectFile, work: () => Result): Result {
  let result: Result | undefined;
  const undone = new Error('rolled back');
  expect(() =>
    project.transaction(() => {
      result = work();
      throw undone;
    }),
  ).toThrow(undone);
  return result as Result;
}

/** Ways to draw random samples; each returns the resulting ones. */
const STORIES: Record<string, (review: Reviewed, seed: number) => Audit[]> = {
  'one sample, before and after a part of the queue': (review, seed) => {
    decide(review, queue(review, 60));
    const audit = drawn(review, 100, seed);
    decide(review, audit.sampleIds);
    decide(review, queue(review, 60));
    return [audit];
  },
  'a sample that is half reviewed, when the queue has led to others of it': (review, seed) => {
    const audit = drawn(review, 160, seed);
    decide(review, audit.sampleIds.slice(0, 80));
    decide(review, queue(review, 100));
    return [audit];
  },
  'the sample of a round': (review, seed) => [reviewRound(review, 'ann', 80, seed)],
  'rounds of two annotators, one of them not finished, and a sample beside them': (review, seed) => {
    const ofAnn = reviewRound(review, 'ann', 60, seed);
    const beside = drawn(review, 50, seed + DRAWS);
    decide(review, beside.sampleIds);
    return [ofAnn, beside, reviewRound(review, 'bob', 60, seed + 2 * DRAWS, 0.6)];
  },
};

describe('the estimate of wrong labels that are left', () => {
  it('is one: its parts, and what the queue promises, add up to it', () => {
    const review = openReview();
    const { index } = review;
    // What a person finds in the sample is far from the probabilities.
    const audit = drawn(review, 60, 5);
    for (const id of audit.sampleIds) index.setVerdict(id, 'kept', null);
    const errors = new ErrorsLeft(index, auditEvidence(index, [audit]));
    const { left, unreviewed } = errors.total;
    const predicted = [...index.scores[DEFAULT_SCORE]].reduce((sum, share) => sum + share, 0);
    expect(left.estimate).toBeLessThan(0.5 * predicted);

    const ahead = errors.ahead();
    expect(ahead).toHaveLength(unreviewed);
    expect(ahead.reduce((sum, share) => sum + share, 0)).toBeCloseTo(left.estimate, 1);
    const { errorsWorthwhile } = measureYield([], ahead);
    expect(errorsWorthwhile).toBeLessThanOrEqual(left.estimate + 0.1);
    // Parts with too few images drawn at random to say more.
    let sum = 0;
    for (let part = 0; part < 8; part++) {
      const some = errors.amongSome();
      for (let row = part; row < index.size; row += 8) some.add(row);
      const { left: ofPart, estimatedFrom } = some.result();
      expect(estimatedFrom).toBe('probabilities');
      sum += ofPart.estimate;
    }
    expect(sum).toBeCloseTo(left.estimate, 1);
  });

  it.each(Object.keys(STORIES))('is unbiased, and its interval holds, from %s', (name) => {
    const review = openReview();
    const { project, index, wrong } = review;
    const errors: number[] = [];
    let held = 0;
    for (let seed = 1; seed <= DRAWS; seed++) {
      const audits = rolledBack(project, () => STORIES[name]?.(review, seed) ?? []);
      const estimator = new NoiseEstimator(index, auditEvidence(index, audits));
      for (let row = 0; row < index.size; row++) estimator.add(row);
      const { left, estimatedFrom } = estimator.result();
      expect(estimatedFrom).toBe('audit');
      const truth = [...wrong].filter((id) => index.status[index.rowOf(id) as number] === 0).length;
      errors.push(left.estimate - truth);
      if (left.low <= truth && truth <= left.high) held++;
      forgetVerdicts(review);
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / DRAWS;
    const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (DRAWS - 1);
    const standardError = Math.sqrt(variance / DRAWS);
    expect(Math.abs(mean)).toBeLessThan(3 * standardError);
    // Three standard errors of a share of 95 % over this many draws.
    expect(Math.abs(held / DRAWS - 0.95)).toBeLessThan(3 * Math.sqrt((0.95 * 0.05) / DRAWS));
  });
});
