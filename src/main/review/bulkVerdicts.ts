import type { BulkVerdictKind } from '../../protocol/review.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';
import type { DecisionPart } from './verdicts.ts';

/**
 * The effect of a bulk decision on each image: grouped by the resulting label, so that each kind is written
 * in one go.
 */
export function bulkParts(
  index: ReviewIndex,
  sampleIds: Iterable<number>,
  { verdict, label }: { verdict: BulkVerdictKind; label: number | null },
): DecisionPart[] {
  const kept: number[] = [];
  const relabelled = new Map<number, number[]>();
  const rest: number[] = [];
  const setLabel = (id: number, given: number, to: number) => {
    if (to === given) kept.push(id);
    else {
      const ids = relabelled.get(to);
      if (ids) ids.push(id);
      else relabelled.set(to, [id]);
    }
  };
  for (const id of sampleIds) {
    const row = index.rowOf(id);
    if (row === undefined) continue;
    const given = index.given[row] as number;
    const suggested = index.suggested[row] as number;
    if (verdict === 'label') setLabel(id, given, label as number);
    else if (verdict === 'suggestion') {
      if (suggested >= 0) setLabel(id, given, suggested);
    } else if (verdict === 'kept') {
      if (given >= 0) kept.push(id);
    } else rest.push(id);
  }
  const parts: DecisionPart[] = [...relabelled].map(([to, ids]) => ({
    sampleIds: ids,
    verdict: 'relabelled',
    label: to,
  }));
  if (kept.length > 0) parts.push({ sampleIds: kept, verdict: 'kept', label: null });
  if (rest.length > 0 && (verdict === 'excluded' || verdict === 'ambiguous')) {
    parts.push({ sampleIds: rest, verdict, label: null });
  }
  return parts;
}
