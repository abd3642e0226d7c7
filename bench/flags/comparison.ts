import { percentileInterval, resamples } from '../../src/labelQuality/bootstrap.ts';
import { expectedCalibrationError, reliabilityBins } from '../../src/labelQuality/calibration.ts';
import { Ranking } from '../../src/labelQuality/ranking.ts';
import type { Ranked } from './peers.ts';

/** The same images under one or several draws of noise, with everything that ranked them. */
export interface Draw {
  wrong: boolean[];
  ours: Ranked;
  /** Each peer once for every distribution that it was given. */
  peers: Ranked[];
  /** [N] does our suggestion name the truth? */
  suggestionRight: boolean[];
}

export interface Measured {
  auprc: number;
  precision: number;
}

export interface Row {
  name: string;
  images: number;
  errors: number;
  ours: Measured;
  peers: Map<string, Measured>;
  best: { auprc: string; precision: string };
  /** Ours minus the best peer's: 95 % interval of a paired bootstrap over images. */
  differences: { auprc: Difference; precision: Difference };
  calibrationError: number;
  suggestionAccuracy: number;
  /** Per resample: ours and each peer, for comparisons over several rows. */
  resampled: { ours: Measured[]; peers: Map<string, Measured[]> };
}

export interface Difference {
  mean: number;
  low: number;
  high: number;
}

/** @param draws of the same images, in the same order */
export function compare(name: string, draws: readonly Draw[], rounds: number, seed: number): Row {
  const first = draws[0] as Draw;
  const rankings = draws.map((draw) => ({
    ours: new Ranking(draw.ours.values, draw.wrong),
    peers: bestOfEach(draw).map(({ method, values }) => ({
      method,
      ranking: new Ranking(values, draw.wrong),
    })),
  }));
  const measureAll = (weights?: ArrayLike<number>) => ({
    ours: meanOf(rankings.map(({ ours }) => measured(ours, weights))),
    peers: new Map(
      (rankings[0]?.peers ?? []).map(({ method }, index) => [
        method,
        meanOf(
          rankings.map(({ peers }) => measured((peers[index] as (typeof peers)[number]).ranking, weights)),
        ),
      ]),
    ),
  });
  const { ours, peers } = measureAll();
  const drawn = [...resamples(first.wrong.length, rounds, seed)].map((weights) => measureAll(weights));
  const bestBy = (key: keyof Measured) =>
    [...peers].reduce((best, entry) => (entry[1][key] > best[1][key] ? entry : best))[0];
  const best = { auprc: bestBy('auprc'), precision: bestBy('precision') };
  const difference = (key: keyof Measured): Difference => {
    const of = (all: typeof drawn) =>
      all.map((one) => one.ours[key] - (one.peers.get(best[key]) as Measured)[key]);
    const interval = percentileInterval(of(drawn)) ?? { low: 0, high: 0 };
    return { mean: of([{ ours, peers }])[0] as number, ...interval };
  };
  const errors = draws.map(({ wrong }) => wrong.filter(Boolean).length);
  return {
    name,
    images: first.wrong.length,
    errors: Math.round(mean(errors)),
    ours,
    peers,
    best,
    differences: { auprc: difference('auprc'), precision: difference('precision') },
    calibrationError: mean(
      draws.map((draw) => expectedCalibrationError(reliabilityBins(draw.ours.values, draw.wrong)) ?? 0),
    ),
    suggestionAccuracy: mean(
      draws.map(({ wrong, suggestionRight }, index) => {
        return (
          suggestionRight.filter((is, image) => is && wrong[image]).length / Math.max(1, errors[index] ?? 0)
        );
      }),
    ),
    resampled: {
      ours: drawn.map((one) => one.ours),
      peers: new Map(
        [...peers.keys()].map((method) => [method, drawn.map((one) => one.peers.get(method) as Measured)]),
      ),
    },
  };
}

/** Ours minus each peer's over several rows: means of the rows, resample by resample. */
export function compareOverall(rows: readonly Row[], key: keyof Measured): Map<string, Difference> {
  const methods = [...(rows[0]?.peers.keys() ?? [])].filter((method) =>
    rows.every(({ peers }) => peers.has(method)),
  );
  return new Map(
    methods.map((method) => {
      const now = mean(rows.map(({ ours, peers }) => ours[key] - (peers.get(method) as Measured)[key]));
      const rounds = rows[0]?.resampled.ours.length ?? 0;
      const drawn = Array.from({ length: rounds }, (_, round) =>
        mean(
          rows.map(({ resampled }) => {
            const [ours, peer] = [resampled.ours[round], resampled.peers.get(method)?.[round]];
            return (ours as Measured)[key] - (peer as Measured)[key];
          }),
        ),
      );
      return [method, { mean: now, ...(percentileInterval(drawn) ?? { low: 0, high: 0 }) }];
    }),
  );
}

/** The better ranking of a peer that got several distributions. */
function bestOfEach({ peers, wrong }: Draw): Ranked[] {
  const best = new Map<string, { ranked: Ranked; auprc: number }>();
  for (const ranked of peers) {
    const { auprc } = measured(new Ranking(ranked.values, wrong));
    if (auprc > (best.get(ranked.method)?.auprc ?? -1)) best.set(ranked.method, { ranked, auprc });
  }
  return [...best.values()].map(({ ranked }) => ranked);
}

function measured(ranking: Ranking, weights?: ArrayLike<number>): Measured {
  const { averagePrecision, precisionAtPositives } = ranking.measure(weights);
  return { auprc: averagePrecision ?? 0, precision: precisionAtPositives ?? 0 };
}

function meanOf(list: readonly Measured[]): Measured {
  return {
    auprc: mean(list.map(({ auprc }) => auprc)),
    precision: mean(list.map(({ precision }) => precision)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
