import { labelOf } from '../labelledSamples.ts';
import { jsonList, textFormat } from '../textFormat.ts';

/** Where Label Studio serves local files from, when its root is the dataset's folder. */
const LOCAL_FILES = '/data/local-files/?d=';

/**
 * Tasks of Label Studio's JSON import (https://labelstud.io/guide/tasks): the clean label as annotation, the model's as
 * prediction, for a labelling config of `<Image name="image"/>` and `<Choices name="label" toName="image">`.
 */
export const labelStudioTasks = textFormat({
  title: 'Label Studio tasks',
  description: 'A JSON file to import: the clean label as annotation, the model’s as prediction.',
  extension: '.json',
  mediaType: 'application/json',
  holdsExcluded: false,
  namesFiles: true,
  needsFile: false,
  shape: 'lines',

  begin: ({ metadataColumns }) =>
    jsonList('[', ']\n', (cleaned) => {
      const { sample, row, metadata } = cleaned;
      const label = labelOf(cleaned);
      return {
        id: sample.id, // its converter asks for one
        data: {
          image: LOCAL_FILES + encodeURIComponent(sample.path).replaceAll('%2F', '/'),
          grefel_image: row.image,
          split: row.split,
          label_given: row.label_given,
          status: row.status,
          ...(metadataColumns.length === 0 ? {} : { metadata }),
        },
        annotations: label === null ? [] : [{ result: [choice(label)] }],
        predictions:
          row.label_corrected === ''
            ? []
            : [
                {
                  model_version: 'grefel',
                  score: row.confidence_corrected,
                  result: [choice(row.label_corrected)],
                },
              ],
      };
    }),
});

function choice(label: string) {
  return { from_name: 'label', to_name: 'image', type: 'choices', value: { choices: [label] } };
}
