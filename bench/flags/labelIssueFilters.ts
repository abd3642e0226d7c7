import { argmax } from '../../src/labelQuality/argmax.ts';
import {
  calibrateJoint,
  confidentClass,
  confidentJoint,
  confidentThresholds,
  countLabels,
  type LabelledProbabilities,
  type Matrix,
  roundPreservingSum,
} from '../../src/labelQuality/confidentLearning.ts';
import { labelFacts, scores } from '../../src/labelQuality/scores/index.ts';

/**
 * The seven filters of cleanlab 2.9's find_label_issues: which labels it calls wrong. The program ranks labels by a score
 * instead; run.ts compares it with these.
 */
export const FILTER_IDS = [
  'prune_by_noise_rate',
  'prune_by_class',
  'both',
  'confident_learning',
  'predicted_neq_given',
  'low_normalized_margin',
  'low_self_confidence',
] as const;
export type FilterId = (typeof FILTER_IDS)[number];

/** cleanlab's default min_examples_per_class. */
const LEAST_PER_CLASS = 1;

/** [N] true where the filter calls the label wrong. */
export function findLabelIssues(data: LabelledProbabilities, filter: FilterId): boolean[] {
  switch (filter) {
    case 'predicted_neq_given':
      return contradicted(data);
    case 'confident_learning':
      return both(confidentlyOther(data), contradicted(data));
    case 'low_normalized_margin':
      return lowest(data, 'normalised-margin');
    case 'low_self_confidence':
      return lowest(data, 'self-confidence');
    case 'prune_by_class':
      return both(pruneByClass(data, pruneCounts(data)), contradicted(data));
    case 'prune_by_noise_rate':
      return both(pruneByNoiseRate(data, pruneCounts(data)), contradicted(data));
    case 'both': {
      const counts = pruneCounts(data);
      return both(both(pruneByClass(data, counts), pruneByNoiseRate(data, counts)), contradicted(data));
    }
  }
}

/** Confidently another class, and not the given one by a narrow margin: cleanlab counts these as issues. */
export function countIssues(data: LabelledProbabilities): number {
  return both(confidentlyOther(data), contradicted(data)).filter(Boolean).length;
}

function both(first: boolean[], second: boolean[]): boolean[] {
  return first.map((is, index) => is && second[index] === true);
}

function rows({ labels, probabilities }: LabelledProbabilities) {
  return Array.from(labels, (label, index) => ({
    index,
    label,
    row: Array.from(probabilities[index] as ArrayLike<number>),
  }));
}

function contradicted(data: LabelledProbabilities): boolean[] {
  return rows(data).map(({ label, row }) => {
    const nudged = row.map((share, c) => (c === label ? share + 1e-6 : share));
    return argmax(nudged) !== label;
  });
}

function confidentlyOther(data: LabelledProbabilities): boolean[] {
  const thresholds = confidentThresholds(data);
  return rows(data).map(({ label, row }) => {
    const truth = confidentClass(row, thresholds);
    return truth !== null && truth !== label;
  });
}

/** As many as confident learning counts, by a score. */
function lowest(data: LabelledProbabilities, score: 'normalised-margin' | 'self-confidence'): boolean[] {
  const values = rows(data).map(({ label, row }) => {
    const facts = labelFacts(row, label);
    return facts === null ? 0 : scores[score].score(facts);
  });
  const order = values.map((_, index) => index).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const chosen = new Set(order.slice(0, countIssues(data)));
  return values.map((_, index) => chosen.has(index));
}

/** [true][given] images to prune; what the diagonal needs to keep one image is taken from the others. */
function pruneCounts(data: LabelledProbabilities): Matrix {
  const joint = calibrateJoint(confidentJoint(data), data.labels);
  const classes = data.classes;
  const byTruth = joint.map((_, truth) => joint.map((row) => row[truth] ?? 0));
  const missing = joint.map((row, c) => Math.max(LEAST_PER_CLASS, row[c] ?? 0) - (row[c] ?? 0));
  const others = joint.map((row) => Math.max(1, row.filter((count) => count !== 0).length - 1));
  const kept = byTruth.map((row, truth) =>
    row.map((count, given) =>
      given === truth
        ? Math.max(LEAST_PER_CLASS, count)
        : Math.max(0, count - (missing[given] ?? 0) / (others[given] ?? 1)),
    ),
  );
  return kept.map((row) => roundPreservingSum(row.map(Math.trunc))).slice(0, classes);
}

/** In each class the images with the least probability of it. */
function pruneByClass(data: LabelledProbabilities, counts: Matrix): boolean[] {
  const images = rows(data);
  const sizes = countLabels(data.labels, data.classes);
  const issues = images.map(() => false);
  for (let c = 0; c < data.classes; c++) {
    const size = sizes[c] ?? 0;
    if (size <= LEAST_PER_CLASS) continue;
    const ofClass = images.filter(({ label }) => label === c);
    ofClass.sort((a, b) => (a.row[c] ?? 0) - (b.row[c] ?? 0));
    for (const { index } of ofClass.slice(0, Math.max(0, size - (counts[c]?.[c] ?? 0)))) issues[index] = true;
  }
  return issues;
}

/** For each pair of given and true class the images with the largest margin between them. */
function pruneByNoiseRate(data: LabelledProbabilities, counts: Matrix): boolean[] {
  const images = rows(data);
  const sizes = countLabels(data.labels, data.classes);
  const issues = images.map(() => false);
  for (let given = 0; given < data.classes; given++) {
    if ((sizes[given] ?? 0) <= LEAST_PER_CLASS) continue;
    for (let truth = 0; truth < data.classes; truth++) {
      const count = counts[truth]?.[given] ?? 0;
      if (truth === given || count <= 0) continue;
      const margin = (row: number[]) => (row[truth] ?? 0) - (row[given] ?? 0);
      const ofClass = images.filter(({ label }) => label === given);
      ofClass.sort((a, b) => margin(b.row) - margin(a.row));
      for (const { index } of ofClass.slice(0, count)) issues[index] = true;
    }
  }
  return issues;
}
