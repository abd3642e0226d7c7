import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { METADATA_KEY } from '../../src/main/engine/contract.ts';
import { TINY_MODELS } from './colourDataset.ts';

/** ModelProto.metadata_props of onnx.proto, entries of a key (1) and a value (2). */
const METADATA_PROPS = 14;

/** Adds to a model's metadata; of entries with one key, the last counts. */
export function withMetadata(model: Uint8Array, added: object): Uint8Array {
  const reader = new BinaryReader(model);
  const writer = new BinaryWriter();
  let metadata = {};
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    if (field !== METADATA_PROPS) {
      reader.skip(wireType, field);
      writer.raw(model.subarray(start, reader.pos));
      continue;
    }
    const entry = new BinaryReader(reader.bytes());
    entry.tag();
    if (entry.string() !== METADATA_KEY) continue;
    entry.tag();
    metadata = JSON.parse(entry.string());
  }
  writer.tag(METADATA_PROPS, 2).fork();
  writer.tag(1, 2).string(METADATA_KEY);
  writer.tag(2, 2).string(JSON.stringify({ ...metadata, ...added }));
  return writer.join().finish();
}

/**
 * A models folder with the tiny model and a file that claims to be its int8 form; its numbers are those of
 * the tiny model.
 * @param metadata further metadata of that file
 */
export function makeModelsWithInt8(folder: string, metadata: object = {}) {
  mkdirSync(folder, { recursive: true });
  for (const name of ['tiny.onnx', 'tiny.anchors.npy', 'tiny.training.csv.gz']) {
    copyFileSync(join(TINY_MODELS, name), join(folder, name));
  }
  const [fp32, int8] = [join(folder, 'tiny.onnx'), join(folder, 'tiny.int8.onnx')];
  const convertedFrom = createHash('sha256').update(readFileSync(fp32)).digest('hex');
  writeFileSync(int8, withMetadata(readFileSync(fp32), { precision: 'int8', convertedFrom, ...metadata }));
  return { fp32, int8 };
}
