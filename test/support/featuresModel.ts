import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { TINY_MODELS } from './colourDataset.ts';
import { withMetadata } from './int8Model.ts';

/** Fields of onnx.proto: ModelProto.graph; GraphProto.node and output. */
const [GRAPH, NODE, OUTPUT] = [7, 1, 12];
const FLOAT = 1;

/** Nodes that make `features` of the tiny model's outputs, and how many values an image then has. */
export const FEATURE_NODES = {
  /** The embedding and the primary distribution next to it. */
  plain: { size: 72, nodes: [node('Concat', ['embedding', 'primary'], 'features', { axis: 1 })] },
  /** NaN for all but mid-grey: logarithms of negative numbers. */
  'not finite': { size: 64, nodes: [node('Log', ['embedding'], 'features')] },
  /** Beyond half precision for bright pictures: e to the power of an embedding's square. */
  'too large': {
    size: 64,
    nodes: [node('Mul', ['embedding', 'embedding'], 'squares'), node('Exp', ['squares'], 'features')],
  },
};

/** A NodeProto. */
function node(operator: string, inputs: string[], output: string, attributes: Record<string, number> = {}) {
  const writer = new BinaryWriter();
  for (const input of inputs) writer.tag(1, 2).string(input);
  writer.tag(2, 2).string(output).tag(4, 2).string(operator);
  for (const [name, value] of Object.entries(attributes)) {
    writer.tag(5, 2).fork().tag(1, 2).string(name).tag(3, 0).int64(value).tag(20, 0).int32(2).join();
  }
  return writer.finish();
}

/** A ValueInfoProto of [N, size]; null leaves the size open. */
function rows(name: string, size: number | null, elementType = FLOAT) {
  const writer = new BinaryWriter().tag(1, 2).string(name).tag(2, 2).fork().tag(1, 2).fork();
  writer.tag(1, 0).int32(elementType).tag(2, 2).fork().tag(1, 2).fork().tag(2, 2).string('N').join();
  writer.tag(1, 2).fork();
  if (size === null) writer.tag(2, 2).string('F');
  else writer.tag(1, 0).int64(size);
  return writer.join().join().join().join().finish();
}

/** The model with nodes and an output more. */
function extended(model: Uint8Array, nodes: Uint8Array[], output: Uint8Array): Uint8Array {
  const reader = new BinaryReader(model);
  const writer = new BinaryWriter();
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    if (field !== GRAPH) {
      reader.skip(wireType, field);
      writer.raw(model.subarray(start, reader.pos));
      continue;
    }
    writer.tag(GRAPH, 2).fork().raw(reader.bytes());
    for (const added of nodes) writer.tag(NODE, 2).bytes(added);
    writer.tag(OUTPUT, 2).bytes(output).join();
  }
  return writer.finish();
}

export interface FeaturesModelOptions {
  features?: keyof typeof FEATURE_NODES;
  /** As the graph declares it; the true one by default, null for an open one. */
  declaredSize?: number | null;
  elementType?: number;
  /** Further metadata. */
  metadata?: object;
  name?: string;
}

/** A models folder with the tiny model of contract 1.1: it gives features. @returns the model's path */
export function makeFeaturesModel(folder: string, options: FeaturesModelOptions = {}): string {
  const { features = 'plain', elementType = FLOAT, metadata = {}, name = 'tiny' } = options;
  const { size, nodes } = FEATURE_NODES[features];
  const declared = options.declaredSize === undefined ? size : options.declaredSize;
  mkdirSync(folder, { recursive: true });
  for (const beside of ['tiny.anchors.npy', 'tiny.training.csv.gz']) {
    copyFileSync(join(TINY_MODELS, beside), join(folder, beside));
  }
  const tiny = extended(
    readFileSync(join(TINY_MODELS, 'tiny.onnx')),
    nodes,
    rows('features', declared, elementType),
  );
  const file = join(folder, `${name}.onnx`);
  writeFileSync(file, withMetadata(tiny, { contract: 1.1, ...metadata }));
  return file;
}
