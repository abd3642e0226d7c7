import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { wordRecordSchema } from '../../domain/wordRecord.ts';
import { drawSample, seededRandom } from '../../labelQuality/random.ts';
import { mixInto, type RoundProgress, type roundRequestSchema } from '../../labelQuality/round.ts';
import { DEFAULT_SCORE } from '../../labelQuality/scores/index.ts';
import type { Audit, ProjectFile } from '../project/index.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';
import { drawAudit } from './audit.ts';

const roundSchema = z.object({
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  seed: z.int(),
  /** All of its images, in the order in which they are shown. */
  order: z.array(z.int()),
  /** Those drawn at random. */
  audit: z.array(z.int()),
  /** Those that the annotator has reviewed before. */
  repeats: z.array(z.int()),
});
/** Images that one annotator reviews in one go, without knowing which are there for what. */
export type Round = z.infer<typeof roundSchema>;

const SETTING = 'rounds';
const roundsSchema = wordRecordSchema(roundSchema);

export function readRound(project: ProjectFile, annotator: string): Round | null {
  return project.settings.read(SETTING, roundsSchema)?.[annotator] ?? null;
}

/**
 * The annotator's decisions in it remain; which images were drawn at random and which were asked again is no
 * longer hidden.
 */
export function endRound(project: ProjectFile, annotator: string): void {
  const { [annotator]: _ended, ...others } = project.settings.read(SETTING, roundsSchema) ?? {};
  project.settings.write(SETTING, others);
}

export function roundProgress({ order }: Round, index: ReviewIndex): RoundProgress {
  const rows = order.flatMap((id) => index.rowOf(id) ?? []);
  return { images: rows.length, reviewed: rows.filter((row) => index.status[row] !== 0).length };
}

interface RoundSource {
  project: ProjectFile;
  /** As the annotator sees it: which images have a decision. Flags may be hidden in it. */
  index: ReviewIndex;
  annotator: string;
}

/**
 * Begins a round, replacing the previous one: images of the queue (of the annotator's assignment, if any), a
 * new random sample, and some of the annotator's own reviewed images, mixed.
 * @throws AppError `bad-request` if that is no image at all
 */
export function beginRound(
  { project, index, annotator }: RoundSource,
  request: z.output<typeof roundRequestSchema>,
  seed: number,
): Round {
  const random = seededRandom(seed);
  const wrongProbability = wrongProbabilities(project);
  const repeats = drawRepeats(project, annotator, request.repeatPercent, random);
  const audit = drawRandomly(index, wrongProbability, request.atRandom, seed);
  const atRandom = new Set(audit?.sampleIds);
  const apart = new Set([...repeats, ...atRandom]);
  const queue = mostLikelyWrong(project, index, wrongProbability, annotator)
    .filter((id) => !apart.has(id))
    .slice(0, request.fromQueue);
  const order = mixInto(queue, [...apart], random);
  if (order.length === 0) {
    throw new AppError(
      'bad-request',
      'no images are left for such a round',
      'Add images from the queue, random images, or more repeated ones.',
    );
  }
  const round = { startedAt: new Date().toISOString(), seed, order, audit: [...atRandom], repeats };
  project.transaction(() => {
    // In the order of the round, so that its reviewed part is a random sample at any time.
    const sampleIds = order.filter((id) => atRandom.has(id));
    if (audit !== null) project.audits.add({ ...audit, sampleIds, roundOf: annotator });
    const rounds = project.settings.read(SETTING, roundsSchema) ?? {};
    project.settings.write(SETTING, { ...rounds, [annotator]: round });
  });
  return round;
}

/** By image: the calibrated probability that its label is wrong, of those that have one. */
function wrongProbabilities(project: ProjectFile): Map<number, number> {
  const probabilities = new Map<number, number>();
  for (const { sampleId, scores } of project.flags.all()) {
    const probability = scores[DEFAULT_SCORE];
    if (probability !== null) probabilities.set(sampleId, probability);
  }
  return probabilities;
}

function mostLikelyWrong(
  project: ProjectFile,
  index: ReviewIndex,
  wrongProbability: ReadonlyMap<number, number>,
  annotator: string,
): number[] {
  const share = project.shares.of(annotator);
  const mine = share.length === 0 ? null : new Set(share);
  const open = [...wrongProbability].filter(([id, probability]) => {
    const row = index.rowOf(id);
    return (
      probability >= project.flaggedAt &&
      row !== undefined &&
      index.status[row] === 0 &&
      (mine === null || mine.has(id))
    );
  });
  return open.sort(([, a], [, b]) => b - a).map(([id]) => id);
}

/** The sample is of the whole dataset, not of a share: it is the dataset's errors that it counts. */
function drawRandomly(
  index: ReviewIndex,
  wrongProbability: ReadonlyMap<number, number>,
  size: number,
  seed: number,
): Omit<Audit, 'id' | 'roundOf'> | null {
  if (size === 0) return null;
  const scored = (row: number) => index.given[row] !== -1 && wrongProbability.has(index.id[row] as number);
  return drawAudit(index, size, seed, scored);
}

/** Images that an annotator has reviewed once, in a role of their own. */
function drawRepeats(
  project: ProjectFile,
  annotator: string,
  percent: number,
  random: () => number,
): number[] {
  const own = project.verdicts.allVotes().filter((vote) => vote.annotator === annotator);
  const asked = new Set(own.flatMap(({ role, sampleId }) => (role === 'repeat' ? [sampleId] : [])));
  const reviewed = own.flatMap(({ role, sampleId }) => (role === 'vote' ? [sampleId] : []));
  const fresh = reviewed.filter((id) => !asked.has(id));
  return drawSample(fresh, Math.round((percent / 100) * reviewed.length), random);
}
