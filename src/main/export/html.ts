import { escapeMarkup } from '../../domain/escapeMarkup.ts';

/** A table whose first column names its rows; numbers are right-aligned. A column may have no name. */
export function htmlTable(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  className = '',
): string {
  const cell = (value: string | number, column: number) =>
    column === 0
      ? `<th scope="row">${escapeMarkup(String(value))}</th>`
      : `<td${typeof value === 'number' ? ' class="number"' : ''}>${escapeMarkup(
          typeof value === 'number' ? value.toLocaleString('en') : value,
        )}</td>`;
  const head = columns
    .map((column) => (column === '' ? '<td></td>' : `<th scope="col">${escapeMarkup(column)}</th>`))
    .join('');
  const headRow = columns.every((column) => column === '') ? '' : `<thead><tr>${head}</tr></thead>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  return `<table class="${className}">${headRow}<tbody>\n${body}\n</tbody></table>\n`;
}
