import type { SchemaElement } from 'hyparquet';
import { emotionOf } from '../../../domain/emotions.ts';
import type { LayoutChoice } from '../recognition/layout.ts';
import { isLabelColumn, isProperty } from './tableColumns.ts';

interface NamedColumn {
  name: string;
  /** Names of a ClassLabel; null for any other column. */
  classes: string[] | null;
}

/**
 * The columns that may be the labels, the most likely first: classes that are emotions, then names of
 * columns, then any ClassLabel.
 */
export function rankLabelColumns(columns: readonly NamedColumn[]): { name: string; fit: number }[] {
  return columns
    .map(({ name, classes }) => {
      if (isProperty(name, classes ?? [])) return { name, fit: 0 };
      const emotions = (classes ?? []).filter((label) => emotionOf(label) !== null).length;
      const byClasses = classes === null ? 0 : emotions * 2 >= classes.length ? 4 : 1;
      const byName = !isLabelColumn(name) ? 0 : /emo|expr/i.test(name) ? 2.5 : 2;
      return { name, fit: byClasses + byName };
    })
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit);
}

/** Columns of whole numbers or of true and false that are called after emotions; null for fewer than three. */
export function voteNames(columns: readonly SchemaElement[]): string[] | null {
  const votes = columns.filter(
    ({ name, type }) =>
      emotionOf(name) !== null && (type === 'BOOLEAN' || type === 'INT32' || type === 'INT64'),
  );
  return new Set(votes.map(({ name }) => emotionOf(name))).size < 3 ? null : votes.map(({ name }) => name);
}

/** Which column holds the labels, if nothing else decides. */
export function labelChoices(chosen: string, unsure: readonly string[]): LayoutChoice[] {
  if (unsure.length < 2) return [];
  return [
    {
      option: 'labelColumn',
      flag: '--label-column',
      question: 'which column has the labels',
      title: 'Label column',
      chosen,
      values: unsure.map((name) => ({ value: name, title: name })),
      isSure: false,
    },
  ];
}
