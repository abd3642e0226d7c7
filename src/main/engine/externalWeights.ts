import { readFields } from './protobufFields.ts';

/** The messages of onnx.proto in which tensors are. */
type Message = 'model' | 'graph' | 'node' | 'attribute' | 'function' | 'training' | 'sparse' | 'tensor';

/** For each message, by field number, the messages in it that may hold tensors. */
const HOLDS: Record<Message, Record<number, Message>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'graph', 2: 'graph' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
};

const DATA_LOCATION = 14;
const EXTERNAL_DATA = 13;
const EXTERNAL = 1;
/** No exporter nests its loops and branches so deep; a file made to exhaust the stack does. */
const DEEPEST = 100;

/**
 * Whether any tensor of a model is kept in another file: a weight, a constant inside a node, or one in the body of a loop, a
 * branch or a function.
 * @throws Error where the bytes are not a protobuf message, or nested without end
 */
export function hasExternalWeights(model: Uint8Array): boolean {
  return isIn(model, 'model', 0);
}

function isIn(bytes: Uint8Array, message: Message, depth: number): boolean {
  if (depth > DEEPEST) throw new Error(`it is nested more than ${DEEPEST} deep`);
  const holds = HOLDS[message];
  let found = false;
  readFields(bytes, (field, reader) => {
    if (message === 'tensor' && field === DATA_LOCATION) found = reader.int32() === EXTERNAL || found;
    else if (message === 'tensor' && field === EXTERNAL_DATA) {
      reader.bytes();
      found = true;
    } else {
      const inner = holds[field];
      if (inner === undefined) return false;
      found = isIn(reader.bytes(), inner, depth + 1) || found;
    }
    return true;
  });
  return found;
}
