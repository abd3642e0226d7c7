import { labelOf, type TextFormat } from '../format.ts';

/** https://huggingface.co/docs/datasets/image_dataset: metadata.jsonl lies in the folder that `file_name` starts from. */
export const imageFolder: TextFormat = {
  title: 'Hugging Face imagefolder',
  description: 'A metadata.jsonl to put beside the images: load_dataset("imagefolder") then has the labels.',
  extension: '.jsonl',
  mediaType: 'application/jsonl',
  holdsExcluded: false,
  namesFiles: true,

  *write(samples, { metadataColumns, metadataOf }) {
    for (const cleaned of samples) {
      const { sample, row } = cleaned;
      const box = sample.region?.kind === 'box' ? boxOf(sample.region) : {};
      const metadata = metadataColumns.length === 0 ? {} : metadataOf(sample.id);
      const own = { file_name: sample.path, label: labelOf(cleaned), label_given: row.label_given || null };
      yield `${JSON.stringify({ ...metadata, ...own, split: row.split || null, status: row.status, ...box })}\n`;
    }
  },
};

/** As COCO has it: left, top, width, height. */
function boxOf({ left, top, width, height }: { left: number; top: number; width: number; height: number }) {
  return { bbox: [left, top, width, height] };
}
