import { hasExternalWeights } from './externalWeights.ts';
import { readFields } from './protobufFields.ts';

/** An input or output of a graph as the file declares it. */
export interface GraphTensor {
  name: string;
  /** float32, uint8, ...; `type 9` for one that the contract has no use for. */
  elementType: string;
  /** A number if the size is fixed, null if it is dynamic; null instead of a list if none is declared. */
  shape: (number | null)[] | null;
}

/** The facts about an ONNX file that matter before it is run. */
export interface OnnxGraph {
  metadata: Map<string, string>;
  inputs: GraphTensor[];
  outputs: GraphTensor[];
  /** Weights are in another file, so that this file alone does not identify the model. */
  hasExternalWeights: boolean;
}

/** Field numbers of onnx.proto that are used here. */
const MODEL = { graph: 7, metadata: 14 };
const GRAPH = { initializer: 5, input: 11, output: 12 };
const TENSOR = { name: 8 };

const ELEMENT_TYPES: Record<number, string> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  10: 'float16',
  11: 'float64',
  16: 'bfloat16',
};

function readStringPair(bytes: Uint8Array): [key: string, value: string] {
  const pair: [string, string] = ['', ''];
  readFields(bytes, (field, reader) => {
    if (field !== 1 && field !== 2) return false;
    pair[field - 1] = reader.string();
    return true;
  });
  return pair;
}

function readDimension(bytes: Uint8Array): number | null {
  let size: number | null = null;
  readFields(bytes, (field, reader) => {
    if (field !== 1) return false;
    size = Number(reader.int64());
    return true;
  });
  return size;
}

function readShape(bytes: Uint8Array): (number | null)[] {
  const shape: (number | null)[] = [];
  readFields(bytes, (field, reader) => {
    if (field !== 1) return false;
    shape.push(readDimension(reader.bytes()));
    return true;
  });
  return shape;
}

function readTensorType(bytes: Uint8Array, tensor: GraphTensor): void {
  readFields(bytes, (field, reader) => {
    if (field === 1) {
      const type = reader.int32();
      tensor.elementType = ELEMENT_TYPES[type] ?? `type ${type}`;
    } else if (field === 2) tensor.shape = readShape(reader.bytes());
    else return false;
    return true;
  });
}

function readGraphTensor(bytes: Uint8Array): GraphTensor {
  const tensor: GraphTensor = { name: '', elementType: 'not a tensor', shape: null };
  readFields(bytes, (field, reader) => {
    if (field === 1) tensor.name = reader.string();
    else if (field === 2) {
      readFields(reader.bytes(), (kind, type) => {
        if (kind !== 1) return false;
        readTensorType(type.bytes(), tensor);
        return true;
      });
    } else return false;
    return true;
  });
  return tensor;
}

function readInitializerName(bytes: Uint8Array): string {
  let name = '';
  readFields(bytes, (field, reader) => {
    if (field !== TENSOR.name) return false;
    name = reader.string();
    return true;
  });
  return name;
}

/**
 * Parses the declarations of an ONNX file without running it.
 *
 * @throws Error if the bytes are not a protobuf message
 */
export function readOnnxGraph(bytes: Uint8Array): OnnxGraph {
  const graph: OnnxGraph = { metadata: new Map(), inputs: [], outputs: [], hasExternalWeights: false };
  const initializers = new Set<string>();
  readFields(bytes, (modelField, model) => {
    if (modelField === MODEL.metadata) graph.metadata.set(...readStringPair(model.bytes()));
    else if (modelField === MODEL.graph) {
      readFields(model.bytes(), (field, reader) => {
        if (field === GRAPH.input) graph.inputs.push(readGraphTensor(reader.bytes()));
        else if (field === GRAPH.output) graph.outputs.push(readGraphTensor(reader.bytes()));
        else if (field === GRAPH.initializer) {
          initializers.add(readInitializerName(reader.bytes()));
        } else return false;
        return true;
      });
    } else return false;
    return true;
  });
  graph.hasExternalWeights = hasExternalWeights(bytes);
  // Older exporters list the weights among the inputs too.
  graph.inputs = graph.inputs.filter((input) => !initializers.has(input.name));
  return graph;
}
