import { escapeMarkup } from '../../domain/escapeMarkup.ts';

/** `+3`, `1,024` or `88.6 %`. */
const NUMBER = /^[+-]?\d[\d,.]*( %)?$/;

/** A table whose first column names its rows; columns of numbers are right-aligned. A column may have no name. */
export function htmlTable(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  className = '',
): string {
  const isNumeric = columns.map(
    (_, column) =>
      column > 0 && rows.every((row) => typeof row[column] === 'number' || NUMBER.test(row[column] ?? '')),
  );
  const alignment = (column: number) => (isNumeric[column] ? ' class="number"' : '');
  const cell = (value: string | number, column: number) => {
    const text = escapeMarkup(typeof value === 'number' ? value.toLocaleString('en') : value);
    return column === 0 ? `<th scope="row">${text}</th>` : `<td${alignment(column)}>${text}</td>`;
  };
  const head = columns
    .map((title, column) =>
      title === '' ? '<td></td>' : `<th scope="col"${alignment(column)}>${escapeMarkup(title)}</th>`,
    )
    .join('');
  const headRow = columns.every((column) => column === '') ? '' : `<thead><tr>${head}</tr></thead>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  return `<table class="${className}">${headRow}<tbody>\n${body}\n</tbody></table>\n`;
}
