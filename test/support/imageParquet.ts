import { parquetWriteBuffer } from 'hyparquet-writer';

export interface ImageRow {
  bytes: Uint8Array;
  /** A number in a file whose labels are not integers. */
  label: bigint | number | null;
}

/** Names of the labels 0, 1, 2 of `imageParquet`. */
const NAMES = ['neutral', 'happiness', 'anger'];

/** As in the file. */
export const IMAGE_PARQUET_FEATURES = {
  info: {
    features: {
      image: { _type: 'Image' },
      label: { names: NAMES, _type: 'ClassLabel' },
      age: { dtype: 'int64', _type: 'Value' },
    },
  },
};

/** A file as `datasets` pushes it: a struct of bytes and path, a ClassLabel, a plain column. */
export function imageParquet(rows: readonly ImageRow[], rowGroupSize = 2): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 3 },
        { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        {
          name: 'label',
          type: typeof rows[0]?.label === 'number' ? 'DOUBLE' : 'INT64',
          repetition_type: 'OPTIONAL',
        },
        { name: 'age', type: 'INT64', repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'image', data: rows.map(({ bytes }, row) => ({ bytes, path: `${row}.png` })) },
        { name: 'label', data: rows.map(({ label }) => label) },
        { name: 'age', data: rows.map((_, row) => BigInt(20 + row)) },
      ],
      rowGroupSize,
      kvMetadata: [{ key: 'huggingface', value: JSON.stringify(IMAGE_PARQUET_FEATURES) }],
    }),
  );
}
