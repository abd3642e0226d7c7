import { AppError } from '../../../domain/errors.ts';
import type { MetadataFilter } from '../../../domain/metadata.ts';
import type { IndexedColumn } from '../../reviewIndex/index.ts';

/**
 * Parses `--where` options: `gender=female` (several of one column match any of them), `age=20..30` for
 * numbers, `age=20..` and `age=..30`; `gender=` matches images without a value.
 * @throws AppError `bad-request`
 */
export function readMetadataFilters(
  options: readonly string[],
  columns: readonly IndexedColumn[],
): MetadataFilter[] {
  const filters = new Map<string, MetadataFilter>();
  for (const option of options) {
    // The longest name wins, as a name may hold a "=" itself.
    const column = columns
      .filter(({ name }) => option.startsWith(`${name}=`))
      .sort((a, b) => b.name.length - a.name.length)[0];
    if (column === undefined) throw unknownColumn(option, columns);
    const text = option.slice(column.name.length + 1);
    if (column.kind === 'number')
      filters.set(column.name, { column: column.name, values: [], ...readRange(option, text) });
    else {
      const values = filters.get(column.name)?.values ?? [];
      if (text !== '' && !column.values.includes(text)) throw unknownValue(column.name, text, column.values);
      filters.set(column.name, { column: column.name, values: [...values, text], from: null, to: null });
    }
  }
  return [...filters.values()];
}

function readRange(option: string, text: string): Pick<MetadataFilter, 'from' | 'to'> {
  const [low = '', high = low] = text.split('..', 2);
  const [from, to] = [low, high].map((end) => (end.trim() === '' ? null : Number(end))) as [
    number | null,
    number | null,
  ];
  if ((from === null && to === null) || Number.isNaN(from) || Number.isNaN(to)) {
    throw new AppError(
      'bad-request',
      `--where ${option} is not a range of numbers`,
      'Write for example --where age=20..30',
    );
  }
  return { from, to };
}

function unknownColumn(option: string, columns: readonly IndexedColumn[]): AppError {
  return new AppError(
    'bad-request',
    `--where ${option} names no column to filter by`,
    columns.length === 0
      ? 'The dataset has no further columns.'
      : `Write COLUMN=VALUE; the columns are ${columns.map(({ name }) => name).join(', ')}.`,
  );
}

function unknownValue(column: string, text: string, values: readonly string[]): AppError {
  const some = values.slice(0, 12).join(', ');
  return new AppError(
    'bad-request',
    `no image has "${text}" as its ${column}`,
    `There are ${values.length > 12 ? `${values.length} values, such as ${some}` : some}.`,
  );
}
