/** Agreement between annotators, corrected for chance. Categories are compared by their names. */
import { Z } from './intervals.ts';

/** A kappa coefficient with its interval. Numbers are null where there is nothing to compare. */
export interface KappaEstimate {
  /** At most 1; 0 is chance; null if there are no images, or chance agreement is certain. */
  kappa: number | null;
  /** Large-sample. */
  standardError: number | null;
  /** 95 % interval, within -1 to 1. */
  low: number | null;
  high: number | null;
  /** Share of agreeing pairs of votes, 0 to 1. */
  observed: number | null;
  /** Share expected by chance. */
  expected: number | null;
  /** Images reviewed at least twice. */
  images: number;
}

const NOTHING: KappaEstimate = {
  kappa: null,
  standardError: null,
  low: null,
  high: null,
  observed: null,
  expected: null,
  images: 0,
};

/**
 * Cohen's kappa of two annotators (J. Cohen, "A coefficient of agreement for nominal scales", 1960), with the
 * large-sample standard error of Fleiss, Cohen and Everitt, "Large sample standard errors of kappa and
 * weighted kappa", Psychological Bulletin 72 (1969), Eq. 13.
 *
 * @param pairs the two decisions on each image that both reviewed
 */
export function cohenKappa(pairs: Iterable<readonly [string, string]>): KappaEstimate {
  const counts = new Map<string, Map<string, number>>();
  const categories = new Set<string>();
  let images = 0;
  for (const [first, second] of pairs) {
    const row = counts.get(first) ?? new Map<string, number>();
    row.set(second, (row.get(second) ?? 0) + 1);
    counts.set(first, row);
    categories.add(first).add(second);
    images++;
  }
  if (images === 0) return NOTHING;
  const share = (a: string, b: string) => (counts.get(a)?.get(b) ?? 0) / images;
  const names = [...categories];
  const rows = new Map(names.map((a) => [a, sum(names.map((b) => share(a, b)))]));
  const columns = new Map(names.map((b) => [b, sum(names.map((a) => share(a, b)))]));
  const row = (name: string) => rows.get(name) ?? 0;
  const column = (name: string) => columns.get(name) ?? 0;
  const observed = sum(names.map((name) => share(name, name)));
  const expected = sum(names.map((name) => row(name) * column(name)));
  if (isCertain(expected)) return { ...NOTHING, observed, expected, images };

  const kappa = (observed - expected) / (1 - expected);
  const agreeing = sum(
    names.map((name) => share(name, name) * (1 - (row(name) + column(name)) * (1 - kappa)) ** 2),
  );
  const differing = sum(
    names.flatMap((a) => names.map((b) => (a === b ? 0 : share(a, b) * (column(a) + row(b)) ** 2))),
  );
  const variance =
    (agreeing + (1 - kappa) ** 2 * differing - (kappa - expected * (1 - kappa)) ** 2) /
    ((1 - expected) ** 2 * images);
  return withInterval(kappa, Math.sqrt(Math.max(0, variance)), { observed, expected, images });
}

/**
 * Fleiss' kappa of any number of annotators, each image reviewed by any of them (J. L. Fleiss, "Measuring
 * nominal scale agreement among many raters", Psychological Bulletin 76 (1971); with missing votes and the
 * variance as in K. L. Gwet, "Large-sample variance of Fleiss generalized kappa", Educational and
 * Psychological Measurement 81 (2021)). Images with one vote count towards the shares of the categories only.
 *
 * @param votes [N] images, each with the categories that its annotators chose
 */
export function fleissKappa(votes: Iterable<readonly string[]>): KappaEstimate {
  const items = [...votes].filter((names) => names.length > 0).map(tally);
  const compared = items.filter(({ total }) => total >= 2).length;
  if (compared === 0) return NOTHING;
  const shares = new Map<string, number>();
  for (const { counts, total } of items) {
    for (const [name, count] of counts) {
      shares.set(name, (shares.get(name) ?? 0) + count / total / items.length);
    }
  }
  const expected = sum([...shares.values()].map((share) => share ** 2));
  const agreements = items.map(pairAgreement);
  const observed = sum(agreements.map((agreement) => agreement ?? 0)) / compared;
  const facts = { observed, expected, images: compared };
  if (isCertain(expected)) return { ...NOTHING, ...facts };

  const kappa = (observed - expected) / (1 - expected);
  const squares = items.map(({ counts, total }, index) => {
    const agreement = agreements[index] ?? null;
    const own =
      agreement === null ? 0 : ((items.length / compared) * (agreement - expected)) / (1 - expected);
    const chance = sum([...counts].map(([name, count]) => ((shares.get(name) ?? 0) * count) / total));
    return (own - (2 * (1 - kappa) * (chance - expected)) / (1 - expected) - kappa) ** 2;
  });
  const variance = items.length > 1 ? sum(squares) / (items.length * (items.length - 1)) : 0;
  return withInterval(kappa, Math.sqrt(variance), facts);
}

interface Tally {
  counts: Map<string, number>;
  total: number;
}

function tally(names: readonly string[]): Tally {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return { counts, total: names.length };
}

/** The share of an image's pairs of votes that agree; null for a single vote. */
function pairAgreement({ counts, total }: Tally): number | null {
  if (total < 2) return null;
  return sum([...counts.values()].map((count) => count * (count - 1))) / (total * (total - 1));
}

/** Everyone always decides the same: chance explains it, and kappa is undefined. */
function isCertain(expected: number): boolean {
  return expected > 1 - 1e-12;
}

function withInterval(
  kappa: number,
  standardError: number,
  facts: Pick<KappaEstimate, 'observed' | 'expected' | 'images'>,
): KappaEstimate {
  const low = Math.max(-1, kappa - Z * standardError);
  const high = Math.min(1, kappa + Z * standardError);
  return { kappa, standardError, low, high, ...facts };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
