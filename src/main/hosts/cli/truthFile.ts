import { AppError } from '../../../domain/errors.ts';
import { unguardFormula } from '../../../domain/formulaGuard.ts';
import { type LabelRow, readLabelTable } from '../../team/index.ts';

const HINT = 'It needs columns image and label, or must be a cleaned CSV, whose reviewed rows are the truth.';
const DECIDED = ['kept', 'relabelled'];

/**
 * Known true labels by image.
 * @param file CSV with the columns `image` and `label`, or a cleaned CSV; as spreadsheets save it: see readLabelTable
 * @param words that it may hold: see readLabelTable
 * @param encoding see readLabelTable
 * @throws AppError `table-invalid`
 */
export async function readTruth(
  file: string,
  words?: () => ReadonlySet<string>,
  encoding?: string,
): Promise<Map<string, string>> {
  const truth = new Map<string, string>();
  let rows = 0;
  await readLabelTable({ file }, { required: ['image'], hint: HINT, words, encoding }, (row) => {
    rows++;
    const image = row.cell('image') ?? '';
    const label = trueLabel(row, file);
    if (image !== '' && label !== '') truth.set(image, label);
  });
  if (truth.size === 0) {
    const what = rows === 0 ? 'has no rows' : `has no true label in its ${rows} rows`;
    throw new AppError('table-invalid', `${file} ${what}`, HINT);
  }
  return truth;
}

/** '' for a row without a truth: in a cleaned CSV one that nobody reviewed, or that has no label. */
function trueLabel(row: LabelRow, file: string): string {
  const label = row.cell('label');
  if (label !== undefined) return unguardFormula(label).trim();
  const clean = row.cell('label_clean');
  if (clean === undefined) throw new AppError('table-invalid', `${file} has no column label`, HINT);
  const status = (row.cell('status') ?? 'kept').trim().toLowerCase();
  return DECIDED.includes(status) ? unguardFormula(clean) : '';
}
