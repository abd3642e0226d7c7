import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Runtime } from '../loadRuntime.ts';

/** Rows one after the other. */
export interface Rows {
  data: Float32Array;
  rows: number;
  columns: number;
}

/** The best `count` entries of each row, best first. [rows * count] */
interface Best {
  values: Float32Array;
  columns: Int32Array;
}

/**
 * Products of matrices by ONNX Runtime, on graphs of one or two operators that are built here: a loop in
 * JavaScript is thirty times slower.
 */
export class MatrixProducts {
  readonly #runtime: Runtime;
  readonly #plain: InferenceSession;
  readonly #leftTurned: InferenceSession;
  readonly #best: InferenceSession;

  private constructor(
    runtime: Runtime,
    [plain, leftTurned, best]: [InferenceSession, InferenceSession, InferenceSession],
  ) {
    this.#runtime = runtime;
    this.#plain = plain;
    this.#leftTurned = leftTurned;
    this.#best = best;
  }

  static async create(runtime: Runtime, threads: number | null): Promise<MatrixProducts> {
    const open = (graph: Uint8Array) =>
      runtime.InferenceSession.create(graph, {
        executionProviders: ['cpu'],
        logSeverityLevel: 3,
        ...(threads === null ? {} : { intraOpNumThreads: threads }),
      });
    return new MatrixProducts(runtime, [
      await open(productGraph({ turnLeft: false, turnRight: false, best: false })),
      await open(productGraph({ turnLeft: true, turnRight: false, best: false })),
      await open(productGraph({ turnLeft: false, turnRight: true, best: true })),
    ]);
  }

  /** a [n, m] times b [m, k] -> [n, k] */
  async multiply(a: Rows, b: Rows): Promise<Float32Array> {
    return this.#run(this.#plain, a, b);
  }

  /** a [n, m] turned, times b [n, k] -> [m, k] */
  async multiplyTurned(a: Rows, b: Rows): Promise<Float32Array> {
    return this.#run(this.#leftTurned, a, b);
  }

  /** The largest `count` inner products of each row of a [n, m] with the rows of b [k, m]. */
  async bestInnerProducts(a: Rows, b: Rows, count: number): Promise<Best> {
    const k = new this.#runtime.Tensor('int64', BigInt64Array.of(BigInt(count)), [1]);
    const results = await this.#best.run({ a: this.#tensor(a), b: this.#tensor(b), count: k });
    const { values, columns } = results as { values: Tensor; columns: Tensor };
    return {
      values: values.data as Float32Array,
      columns: Int32Array.from(columns.data as BigInt64Array, Number),
    };
  }

  async #run(session: InferenceSession, a: Rows, b: Rows): Promise<Float32Array> {
    const { product } = (await session.run({ a: this.#tensor(a), b: this.#tensor(b) })) as {
      product: Tensor;
    };
    return product.data as Float32Array;
  }

  #tensor({ data, rows, columns }: Rows): Tensor {
    return new this.#runtime.Tensor('float32', data, [rows, columns]);
  }
}

const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_INT = 2;

/** An ONNX model of Gemm, and TopK after it; field numbers of onnx.proto3. */
function productGraph(options: { turnLeft: boolean; turnRight: boolean; best: boolean }): Uint8Array {
  const { turnLeft, turnRight, best } = options;
  const flags = [
    ['transA', turnLeft ? 1 : 0],
    ['transB', turnRight ? 1 : 0],
  ] as const;
  const nodes = [node('Gemm', ['a', 'b'], ['product'], flags)];
  if (best) nodes.push(node('TopK', ['product', 'count'], ['values', 'columns'], [['axis', 1]]));
  const graph = new BinaryWriter();
  for (const bytes of nodes) graph.tag(1, 2).bytes(bytes);
  graph.tag(2, 2).string('product');
  const inputs = [value('a', FLOAT, 2), value('b', FLOAT, 2), ...(best ? [value('count', INT64, 1)] : [])];
  for (const bytes of inputs) graph.tag(11, 2).bytes(bytes);
  const outputs = best
    ? [value('values', FLOAT, 2), value('columns', INT64, 2)]
    : [value('product', FLOAT, 2)];
  for (const bytes of outputs) graph.tag(12, 2).bytes(bytes);
  const opset = new BinaryWriter().tag(1, 2).string('').tag(2, 0).int64(17).finish();
  return new BinaryWriter()
    .tag(1, 0)
    .int64(8)
    .tag(7, 2)
    .bytes(graph.finish())
    .tag(8, 2)
    .bytes(opset)
    .finish();
}

function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly (readonly [string, number])[],
): Uint8Array {
  const writer = new BinaryWriter();
  for (const name of inputs) writer.tag(1, 2).string(name);
  for (const name of outputs) writer.tag(2, 2).string(name);
  writer.tag(4, 2).string(operator);
  for (const [name, integer] of attributes) {
    const attribute = new BinaryWriter().tag(1, 2).string(name).tag(3, 0).int64(integer);
    writer.tag(5, 2).bytes(attribute.tag(20, 0).int32(ATTRIBUTE_INT).finish());
  }
  return writer.finish();
}

/** A tensor with dimensions of any size. */
function value(name: string, elementType: number, dimensions: number): Uint8Array {
  const shape = new BinaryWriter();
  for (let axis = 0; axis < dimensions; axis++) {
    shape.tag(1, 2).bytes(new BinaryWriter().tag(2, 2).string(`${name}${axis}`).finish());
  }
  const tensor = new BinaryWriter().tag(1, 0).int32(elementType).tag(2, 2).bytes(shape.finish()).finish();
  const type = new BinaryWriter().tag(1, 2).bytes(tensor).finish();
  return new BinaryWriter().tag(1, 2).string(name).tag(2, 2).bytes(type).finish();
}
