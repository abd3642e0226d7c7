import { labelOf } from '../labelledSamples.ts';
import { jsonList, textFormat } from '../textFormat.ts';

/**
 * The samples.json of a FiftyOneDataset directory (https://docs.voxel51.com/user_guide/import_datasets.html), with the
 * image folder as `rel_dir`. Given and clean label and the model's prediction are fields of their own.
 */
export const fiftyOneSamples = textFormat({
  title: 'FiftyOne samples',
  description:
    'A samples.json for fiftyone.Dataset.from_dir with the given, the clean and the model’s label.',
  extension: '.json',
  mediaType: 'application/json',
  holdsExcluded: true,
  namesFiles: true,
  needsFile: false,
  shape: 'lines',

  begin: ({ metadataColumns }) =>
    jsonList('{"samples": [', ']}\n', (cleaned) => {
      const { sample, row, metadata } = cleaned;
      return {
        filepath: sample.path,
        tags: [row.split, row.status].filter((tag) => tag !== ''),
        grefel_image: row.image,
        ground_truth: classification(labelOf(cleaned)),
        label_given: classification(row.label_given || null),
        grefel: classification(row.label_corrected || null, row.confidence_corrected),
        flag_score: row.flag_score,
        ...(metadataColumns.length === 0 ? {} : { metadata_columns: metadata }),
      };
    }),
});

function classification(label: string | null, confidence: number | null = null) {
  return label === null
    ? null
    : { _cls: 'Classification', label, ...(confidence === null ? {} : { confidence }) };
}
