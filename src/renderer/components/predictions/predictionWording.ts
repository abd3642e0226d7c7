import type { ProjectCounts } from '../../../shared/api.ts';
import type { PredictionReport } from '../../../shared/predictions.ts';
import { plural } from '../../wording.ts';

/** The fields of the dialog, by what the command line calls them. */
const FIELDS: Record<string, string> = {
  '--classes': 'Classes',
  '--names': 'Names of the images',
  '--name-column': 'a header "image"',
  '--embeddings': 'Embeddings',
  '--logits': 'The values are logits',
  '--skip-unknown': 'Pass over rows of other images',
  '--map': 'the classes of the Open screen',
};

/** Advice in the words of the dialog: it is written for the command line. */
export function inFields(hint: string): string {
  return hint.replace(/--[a-z-]+/g, (option) => (option in FIELDS ? `"${FIELDS[option]}"` : option));
}

/** What has become of a file: a sentence, and what else is to be known. */
export function describeReport(report: PredictionReport, { flagged }: Pick<ProjectCounts, 'flagged'>) {
  const { images, withoutRow, unreadable, unknown, unknownLabels, embeddingSize, unusedColumns } = report;
  const unmapped = report.classes.filter(({ label }) => label === null).map(({ name }) => name);
  const remarks = [
    withoutRow > 0 && `${plural(withoutRow, 'image')} without a row: not read.`,
    unreadable > 0 && `${plural(unreadable, 'row')} of images that cannot be read: passed over.`,
    unknown > 0 && `${plural(unknown, 'row')} of other images: passed over.`,
    unmapped.length > 0 && `The dataset has no class ${unmapped.join(', ')}.`,
    unknownLabels.length > 0 && `Nothing is said of ${unknownLabels.join(', ')}.`,
    report.percentages && 'The values were read as percentages.',
    report.renormalised > 0 &&
      `${plural(report.renormalised, 'row')} did not add up to 1 and ${report.renormalised === 1 ? 'was' : 'were'} divided by ${report.renormalised === 1 ? 'its' : 'their'} sum.`,
    unusedColumns.length > 0 && `Nothing was taken of ${unusedColumns.join(', ')}.`,
    embeddingSize === 0 && 'Without embeddings there are no fitted head, nearest images, copies or map.',
  ].filter((remark) => remark !== false);
  return {
    message: `${plural(images, 'image')} with a prediction, ${plural(flagged, 'label')} likely wrong.`,
    hint: remarks.join(' '),
  };
}
