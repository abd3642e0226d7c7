import type { ProjectCounts } from '../../protocol/api.ts';
import type { PredictionReport } from '../../protocol/predictions.ts';
import { plural } from '../ui/wording.ts';

/** The fields of the dialog, by their names on the command line. */
const FIELDS: Record<string, string> = {
  '--classes': 'Classes',
  '--names': 'Image names',
  '--name-column': 'a header "image"',
  '--embeddings': 'Embeddings',
  '--logits': 'The values are logits',
  '--skip-unknown': 'Ignore rows for unknown images',
  '--map': 'the classes on the Open screen',
};

/** Hints translated to the dialog's fields: they are written for the command line. */
export function inFields(hint: string): string {
  return hint.replace(/--[a-z-]+/g, (option) => (option in FIELDS ? `"${FIELDS[option]}"` : option));
}

/** The result for a file: a sentence, and notes. */
export function describeReport(report: PredictionReport, { flagged }: Pick<ProjectCounts, 'flagged'>) {
  const { images, withoutRow, unreadable, unknown, unknownLabels, embeddingSize, unusedColumns } = report;
  const unmapped = report.classes.filter(({ label }) => label === null).map(({ name }) => name);
  const remarks = [
    withoutRow > 0 && `${plural(withoutRow, 'image')} without a row: no prediction.`,
    unreadable > 0 && `${plural(unreadable, 'row')} for unreadable images: ignored.`,
    unknown > 0 && `${plural(unknown, 'row')} for unknown images: ignored.`,
    unmapped.length > 0 && `The dataset has no class ${unmapped.join(', ')}.`,
    unknownLabels.length > 0 && `No predictions for ${unknownLabels.join(', ')}.`,
    report.percentages && 'The values were taken as percentages.',
    report.renormalised > 0 &&
      `${plural(report.renormalised, 'row')} did not add up to 1 and ${report.renormalised === 1 ? 'was' : 'were'} divided by ${report.renormalised === 1 ? 'its' : 'their'} sum.`,
    unusedColumns.length > 0 && `Unused columns: ${unusedColumns.join(', ')}.`,
    embeddingSize === 0 &&
      'Without embeddings there is no tuned model, no similar images, no duplicates and no map.',
  ].filter((remark) => remark !== false);
  return {
    message: `${plural(images, 'image')} with a prediction, ${plural(flagged, 'label')} likely wrong.`,
    hint: remarks.join(' '),
  };
}
