import type { ExportRequest } from '../../protocol/api.ts';
import type { Sample } from '../project/index.ts';
import type { CleanedSample } from './cleanedRows.ts';

/** The label that counts, for a format that has no other columns; null if there is none. */
export function labelOf({ row }: Pick<CleanedSample, 'row'>): string | null {
  return row.label_clean === '' ? null : row.label_clean;
}

/** Images that are to be in a training set: those with a label, and excluded ones only where asked for. */
export function* labelledSamples(
  samples: Iterable<CleanedSample>,
  { excluded }: ExportRequest,
): Generator<CleanedSample> {
  for (const cleaned of samples) {
    const { row } = cleaned;
    if (labelOf(cleaned) !== null) yield cleaned;
    else if (row.status === 'excluded' && excluded === 'keep' && row.label_given !== '') {
      yield { ...cleaned, row: { ...row, label_clean: row.label_given } };
    }
  }
}

/** Whether there is a file to name or to copy. */
export function hasFile({ path, problem }: Pick<Sample, 'path' | 'problem'>): boolean {
  return path !== '' && problem !== 'file not found';
}
