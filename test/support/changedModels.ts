import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Field numbers of onnx.proto. */
const MODEL = { graph: 7, metadata: 14 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 };
const TYPE = { float32: 1, int64: 7, bool: 9 };

/** A message that is built field by field; bytes for embedded messages, texts and packed numbers. */
type Fields = [field: number, value: number | bigint | string | Uint8Array][];

export function message(...fields: Fields): Uint8Array {
  const writer = new BinaryWriter();
  for (const [field, value] of fields) {
    if (typeof value === 'string') writer.tag(field, WireType.LengthDelimited).string(value);
    else if (value instanceof Uint8Array) writer.tag(field, WireType.LengthDelimited).bytes(value);
    else writer.tag(field, WireType.Varint).int64(value);
  }
  return writer.finish();
}

/** A model with more in its graph: protobuf joins the fields of an embedded message that comes twice. */
export function withInGraph(model: Uint8Array, ...fields: Fields): Uint8Array {
  return Buffer.concat([model, message([MODEL.graph, message(...fields)])]);
}

/** A tensor whose data are in another file. */
export function externalTensor(name: string): Uint8Array {
  const location = message([1, 'location'], [2, 'weights.bin']);
  return message([1, 1n], [2, TYPE.float32], [8, name], [13, location], [14, 1]);
}

/** A node with one attribute, such as a constant (a tensor) or a branch (a graph). */
export function nodeWith(operator: string, attribute: string, field: 5 | 6, value: Uint8Array): Uint8Array {
  const type = field === 5 ? 4 : 5;
  return message(
    [2, `${attribute}_output`],
    [4, operator],
    [5, message([1, attribute], [field, value], [20, type])],
  );
}

const valueInfo = (name: string, elementType: number, ...sizes: Uint8Array[]) => {
  const shape = message(...sizes.map((size): Fields[number] => [1, size]));
  return message([1, name], [2, message([1, message([1, elementType], [2, shape])])]);
};
const N = message([2, 'N']);

function node(
  operator: string,
  inputs: string[],
  outputs: string[],
  ...attributes: Uint8Array[]
): Uint8Array {
  return message(
    ...inputs.map((name): Fields[number] => [1, name]),
    ...outputs.map((name): Fields[number] => [2, name]),
    [4, operator],
    ...attributes.map((attribute): Fields[number] => [5, attribute]),
  );
}
const number = (name: string, value: bigint) => message([1, name], [3, value], [20, 2]);

/**
 * A model that computes the optional output `face_quality` by a loop, with this many rounds on a blank image
 * and on any other.
 */
export function loopingModel(
  model: Uint8Array,
  { onImages, onBlank }: { onImages: bigint; onBlank: bigint },
): Uint8Array {
  const scalar = (name: string, value: bigint) =>
    message([2, TYPE.int64], [8, name], [9, Buffer.from(new BigInt64Array([value]).buffer)]);
  const body = message(
    [GRAPH.node, node('Identity', ['loop_condition_in'], ['loop_condition_out'])],
    [GRAPH.node, node('Identity', ['loop_value_in'], ['loop_value_out'])],
    [2, 'loop_body'],
    [GRAPH.input, valueInfo('loop_round', TYPE.int64)],
    [GRAPH.input, valueInfo('loop_condition_in', TYPE.bool)],
    [GRAPH.input, valueInfo('loop_value_in', TYPE.float32, N)],
    [GRAPH.output, valueInfo('loop_condition_out', TYPE.bool)],
    [GRAPH.output, valueInfo('loop_value_out', TYPE.float32, N)],
  );
  return withInGraph(
    model,
    [GRAPH.initializer, scalar('loop_on_images', onImages)],
    [GRAPH.initializer, scalar('loop_on_blank', onBlank)],
    [GRAPH.initializer, scalar('loop_zero', 0n)],
    [GRAPH.node, node('Cast', ['image'], ['loop_pixels'], number('to', BigInt(TYPE.int64)))],
    [GRAPH.node, node('ReduceMax', ['loop_pixels'], ['loop_brightest'], number('keepdims', 0n))],
    [GRAPH.node, node('Greater', ['loop_brightest', 'loop_zero'], ['loop_is_image'])],
    [GRAPH.node, node('Where', ['loop_is_image', 'loop_on_images', 'loop_on_blank'], ['loop_rounds'])],
    [GRAPH.node, node('Equal', ['loop_zero', 'loop_zero'], ['loop_true'])],
    [
      GRAPH.node,
      node(
        'Loop',
        ['loop_rounds', 'loop_true', 'confidence_primary'],
        ['face_quality'],
        message([1, 'body'], [6, body], [20, 5]),
      ),
    ],
    [GRAPH.output, valueInfo('face_quality', TYPE.float32, N)],
  );
}

/** A model that takes larger pictures, and uses the upper left 112 x 112 pixels. */
export function withInputSize(model: Uint8Array, side: number): Uint8Array {
  const reader = new BinaryReader(model);
  const parts: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    if (field === MODEL.graph) parts.push(message([field, resizeInput(reader.bytes(), side)]));
    else if (field === MODEL.metadata) parts.push(message([field, resizeMetadata(reader.bytes(), side)]));
    else {
      reader.skip(wireType, field);
      parts.push(model.subarray(start, reader.pos));
    }
  }
  return Buffer.concat(parts);
}

function resizeInput(graph: Uint8Array, side: number): Uint8Array {
  const reader = new BinaryReader(graph);
  const size = message([1, BigInt(side)]);
  const pair = (name: string, ...values: bigint[]) =>
    message([1, 2n], [2, TYPE.int64], [8, name], [9, Buffer.from(new BigInt64Array(values).buffer)]);
  const parts = [
    message([GRAPH.input, valueInfo('image', 2, N, size, size, message([1, 3n]))]),
    message([GRAPH.initializer, pair('cut_from', 0n, 0n)]),
    message([GRAPH.initializer, pair('cut_to', 112n, 112n)]),
    message([GRAPH.initializer, pair('cut_axes', 1n, 2n)]),
    message([GRAPH.node, node('Slice', ['image', 'cut_from', 'cut_to', 'cut_axes'], ['image_cut'])]),
  ];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    if (field === GRAPH.node) {
      parts.push(message([field, withCutInput(reader.bytes())]));
      continue;
    }
    reader.skip(wireType, field);
    if (field !== GRAPH.input) parts.push(graph.subarray(start, reader.pos));
  }
  return Buffer.concat(parts);
}

/** A node that takes `image_cut` where it took `image`. */
function withCutInput(bytes: Uint8Array): Uint8Array {
  const reader = new BinaryReader(bytes);
  const parts: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    if (field === 1) {
      const name = reader.string();
      parts.push(message([1, name === 'image' ? 'image_cut' : name]));
      continue;
    }
    reader.skip(wireType, field);
    parts.push(bytes.subarray(start, reader.pos));
  }
  return Buffer.concat(parts);
}

function resizeMetadata(entry: Uint8Array, side: number): Uint8Array {
  const text = Buffer.from(entry).toString('latin1');
  if (!text.includes('"inputSize"')) return entry;
  const reader = new BinaryReader(entry);
  reader.tag();
  const key = reader.string();
  reader.tag();
  return message([1, key], [2, JSON.stringify({ ...JSON.parse(reader.string()), inputSize: side })]);
}
