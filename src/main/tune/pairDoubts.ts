import { z } from 'zod';
import type { Interval } from '../../labelQuality/intervals.ts';
import {
  type PairDoubt,
  type PairOutcome,
  type PairState,
  pairState,
  shareOfPair,
} from '../../labelQuality/pairDoubt.ts';
import type { LabelTranslator } from '../issues/index.ts';
import type { ProjectFile } from '../project/index.ts';
import type { HeldPairs } from '../reviewIndex/index.ts';

const SETTING = 'pair-doubts';
const storedSchema = z.object({
  /** The run whose predictions are in doubt: nothing was decided yet about another run. */
  runId: z.int(),
  pairs: z.array(
    z.object({
      given: z.int(),
      /** The class and its synonyms. */
      labels: z.array(z.int()),
      suggested: z.int(),
      flagged: z.int(),
      sample: z.array(z.int()),
    }),
  ),
});
type StoredPair = z.infer<typeof storedSchema>['pairs'][number];

/** A pair of classes in doubt, and what was decided of its sample. */
export interface ReviewedPair extends StoredPair {
  outcome: PairOutcome;
  state: PairState;
}

/**
 * Stores which pairs of classes a fit leaves in doubt. The images that decide on a pair stay the same, and what was decided holds, also where the
 * fit that learned from it has the pair in doubt no more.
 */
export function keepDoubts(
  project: ProjectFile,
  runId: number,
  translator: LabelTranslator,
  doubts: readonly PairDoubt[],
): void {
  const labels = project.dataset.classes().map((_, label) => label);
  const before = PairDoubts.read(project, runId).pairs;
  const isPair = (pair: { given: number; suggested: number }) => (other: StoredPair) =>
    other.given === pair.given && other.suggested === pair.suggested;
  const found = doubts.map(({ scored: _, ...doubt }) => ({
    ...doubt,
    labels: labels.filter((label) => translator.firstSynonym(label) === doubt.given),
    sample: before.find(isPair(doubt))?.sample ?? doubt.sample,
  }));
  const decided = before.filter((pair) => pair.state !== 'open' && !found.some(isPair(pair)));
  const pairs = [...found, ...decided.map(({ outcome: _, state: __, ...stored }) => stored)];
  project.settings.write(SETTING, { runId, pairs });
}

/** The pairs of classes in which the model of a project is in doubt, as decided by now. */
export class PairDoubts implements HeldPairs {
  readonly pairs: readonly ReviewedPair[];
  readonly #numberOf = new Map<string, number>();
  readonly #waitedFor = new Set<number>();
  readonly #sampled = new Set<number>();

  private constructor(project: ProjectFile, pairs: readonly StoredPair[]) {
    this.pairs = pairs.map((pair) => {
      const outcome = outcomeOf(project, pair.sample);
      return { ...pair, outcome, state: pairState(outcome, pair.sample.length) };
    });
    for (const [number, { labels, suggested, sample, state }] of this.pairs.entries()) {
      for (const label of labels) this.#numberOf.set(`${label} ${suggested}`, number);
      for (const id of sample) this.#sampled.add(id);
      if (state === 'open') for (const id of sample) this.#waitedFor.add(id);
    }
  }

  /** @param runId the run that is shown; by default the latest */
  static read(project: ProjectFile, runId = project.modelRuns.latest()?.id): PairDoubts {
    const stored = project.settings.read(SETTING, storedSchema);
    return new PairDoubts(project, stored !== null && stored.runId === runId ? stored.pairs : []);
  }

  pairOf(given: number, alternative: number): number {
    return this.#numberOf.size === 0 ? -1 : (this.#numberOf.get(`${given} ${alternative}`) ?? -1);
  }

  isHeld(pair: number): boolean {
    return this.pairs[pair]?.state !== 'confirmed';
  }

  isPutForward(sampleId: number): boolean {
    return this.#waitedFor.has(sampleId);
  }

  shareOf(pair: number): Interval {
    return shareOfPair(this.pairs[pair]?.outcome ?? { reviewed: 0, wrong: 0 });
  }

  /** Whether a decision on an image tells of a pair. */
  dependsOn(sampleId: number): boolean {
    return this.#sampled.has(sampleId);
  }

  /** Whether a label's flag is held back. */
  holds(given: number | null, alternative: number | null): boolean {
    if (given === null || alternative === null) return false;
    const pair = this.pairOf(given, alternative);
    return pair !== -1 && this.isHeld(pair);
  }
}

function outcomeOf(project: ProjectFile, sample: readonly number[]): PairOutcome {
  const verdicts = project.currentVerdicts.ofSamples(sample).flatMap(({ verdict }) => verdict ?? []);
  const wrong = verdicts.filter((verdict) => verdict === 'relabelled' || verdict === 'excluded').length;
  return { reviewed: verdicts.length, wrong };
}
