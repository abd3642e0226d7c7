import { writeCell } from '../readers/cellSpans.ts';
import { guessedEncodings } from '../readers/guessedEncodings.ts';
import { labelChoices as labelOptions } from '../readers/parquetLabelColumns.ts';
import { planTables, TABLE_SEPARATOR, type TablePlan } from '../readers/tablePlan.ts';
import { readTableSamples } from '../readers/tableRows.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import { inStyleOf } from '../recognition/labelText.ts';
import type { LayoutChoice, Problem } from '../recognition/layout.ts';
import { ProblemTally } from '../recognition/problemTally.ts';
import { imageFiles, type Survey } from '../recognition/survey.ts';

/** A CSV or TSV file with a column of image paths and one of labels, or several that are named after splits. */
export const table = defineLayout<TablePlan>({
  id: 'table',
  title: 'Table of labels',
  mark: 'a CSV or TSV file with a column of image paths and one of labels',
  classes: null,
  writes: 'label-files',
  async find(listing, options) {
    const plan = await planTables(listing, options);
    return plan === null ? null : { plan, reason: reasonOf(plan), options: optionsOf(plan) };
  },
  rows: readTableSamples,
  confidence: confidenceOf,
  problems: (plan) => [
    ...guessedEncodings(plan.sources.map(({ file, dialect }) => ({ file, encoding: dialect.encoding }))),
    ...otherTableProblems(plan),
  ],
  choices: labelChoices,
  writer: (plan) => ({
    text(label, current, { place }) {
      const source = plan.sources.find(({ file }) => place.kind === 'text' && file === place.file);
      const { votes = null, names = [] } = source?.columns ?? {};
      if (votes === null) return writeCell(inStyleOf(label, current), current);
      return writeVotes(
        label,
        current,
        votes.map((column) => names[column] ?? ''),
        source?.dialect.delimiter ?? ',',
      );
    },
  }),
});

/** A corrected label gets all votes: as many as before, in the same style. */
function writeVotes(
  label: string,
  current: string,
  names: readonly string[],
  delimiter: string,
): string | null {
  if (!names.includes(label)) return null;
  const cells = current.split(delimiter);
  const isTrueFalse = cells.some((cell) => /true|false/i.test(cell));
  const total = cells.reduce((sum, cell) => sum + (/true/i.test(cell) ? 1 : Number(cell) || 0), 0) || 1;
  const isDecimal = cells.some((cell) => /\.0/.test(cell));
  const written = (count: number) =>
    isTrueFalse ? (count > 0 ? 'True' : 'False') : isDecimal ? `${count}.0` : String(count);
  return names.map((name) => written(name === label ? total : 0)).join(delimiter);
}

/** Which column holds the labels, if neither names nor values decide. */
function labelChoices({ sources }: TablePlan): LayoutChoice[] {
  const { names, label, unsureLabels } = (sources[0] as TablePlan['sources'][0]).columns;
  return labelOptions(
    names[label] ?? '',
    unsureLabels.map((column) => names[column] ?? ''),
  );
}

function otherTableProblems({ others }: TablePlan): Problem[] {
  const problems = new ProblemTally();
  for (const file of others) problems.add('other-table', file);
  return problems.list({
    'other-table': (count, one) =>
      `${one ? 'Another label table was' : `${count} more label tables were`} found; choose the table to use ${one ? 'it' : 'one of them'}`,
  });
}

/**
 * A table whose files exist is the purpose of a folder, unless it covers a small part of a larger collection.
 */
function confidenceOf({ images, found }: Survey, { sources }: TablePlan, listing: FolderListing): number {
  if (found === 0) return 0.4;
  if (!sources.every(({ columns }) => columns.isLabelSure)) return 0.6;
  if (found < images / 2) return 0.55;
  return found < countImageFiles(listing) / 5 ? 0.6 : 0.97;
}

function countImageFiles(listing: FolderListing): number {
  let count = 0;
  for (const _ of imageFiles(listing)) count += 1;
  return count;
}

function reasonOf({ sources }: TablePlan): string {
  const files = sources.map(({ file }) => file).join(', ');
  const { names, image, label, split, votes } = (sources[0] as TablePlan['sources'][0]).columns;
  const splitPart = split === null ? '' : ` and the split in "${names[split]}"`;
  const many = sources.length > 1;
  return `${many ? 'The tables' : 'The table'} ${files} ${many ? 'name' : 'names'} images in "${names[image]}", ${votes === null ? `labels in "${names[label]}"` : `votes or marks per class in ${votes.length} columns`}${splitPart}.`;
}

function optionsOf({ sources }: TablePlan): Record<string, string> {
  const { names, image, label, split, votes } = (sources[0] as TablePlan['sources'][0]).columns;
  return {
    table: sources.map(({ file }) => file).join(TABLE_SEPARATOR),
    imageColumn: names[image] ?? '',
    ...(votes === null ? { labelColumn: names[label] ?? '' } : {}),
    ...(split === null ? {} : { splitColumn: names[split] ?? '' }),
  };
}
