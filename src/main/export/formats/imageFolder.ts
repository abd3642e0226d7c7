import { labelOf } from '../labelledSamples.ts';
import { jsonLines, textFormat } from '../textFormat.ts';

/**
 * https://huggingface.co/docs/datasets/image_dataset: metadata.jsonl is in the folder that `file_name` starts
 * from.
 */
export const imageFolder = textFormat({
  title: 'Hugging Face imagefolder',
  description: 'A metadata.jsonl for the image folder, read by load_dataset("imagefolder").',
  extension: '.jsonl',
  mediaType: 'application/jsonl',
  holdsExcluded: false,
  namesFiles: true,
  needsFile: false,
  shape: 'lines',

  begin: () =>
    jsonLines((cleaned) => {
      const { sample, row, metadata } = cleaned;
      const box = sample.region?.kind === 'box' ? boxOf(sample.region) : {};
      const own = { file_name: sample.path, label: labelOf(cleaned), label_given: row.label_given || null };
      return { ...metadata, ...own, split: row.split || null, status: row.status, ...box };
    }),
});

/** As COCO has it: left, top, width, height. */
function boxOf({ left, top, width, height }: { left: number; top: number; width: number; height: number }) {
  return { bbox: [left, top, width, height] };
}
