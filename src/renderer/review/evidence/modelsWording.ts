import { likeliestOther } from '../../../labelQuality/labelProbabilities.ts';
import type { DistributionRow, SamplePrediction } from '../../../protocol/api.ts';
import { formatPercent } from '../../ui/wording.ts';

/** A class that a single model predicts. */
function predicted(rows: readonly DistributionRow[]): DistributionRow | null {
  const known = rows.filter(({ label }) => label !== null);
  return known.reduce<DistributionRow | null>(
    (best, row) => (best === null || row.corrected > best.corrected ? row : best),
    null,
  );
}

/**
 * If a single model predicts another class than the combined result: the prediction of each, and why the
 * result differs. '' if all agree.
 */
export function describeModels(
  {
    distribution,
    tuned: tunedModel,
    probabilities,
  }: Pick<SamplePrediction, 'distribution' | 'tuned' | 'probabilities'>,
  nameOf: (label: number) => string,
): string {
  const base = predicted(distribution);
  const likeliest = likeliestOther(probabilities, null);
  if (base === null || likeliest === null) return '';
  const named = (row: DistributionRow) => `${row.name} (${formatPercent(row.corrected)})`;
  const tuned = tunedModel === null ? null : predicted(tunedModel.distribution);
  if (tuned !== null && tuned.label !== base.label) {
    return `The models disagree: the base model predicts ${named(base)}, the tuned model ${named(tuned)}.`;
  }
  if (base.label === likeliest) return '';
  const who = tuned === null ? 'The base model alone predicts' : 'Both models predict';
  return `${who} ${named(base)}. The given label, and how labels in this dataset tend to be wrong, make ${nameOf(likeliest)} more likely.`;
}
