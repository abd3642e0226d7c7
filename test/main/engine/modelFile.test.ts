import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { BinaryReader, BinaryWriter, type WireType } from '@bufbuild/protobuf/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectModels, readModelFile, resolveModel } from '../../../src/main/engine/index.ts';
import { readFloat32Npy } from '../../../src/main/engine/npy.ts';
import { cardsWithoutModel, everyModel, tinyModel } from './models.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'grefel-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

const LENGTH_DELIMITED = 2;
type Edit = (field: number, bytes: Uint8Array) => Uint8Array | null;

/** Rewrites the length-delimited fields of a protobuf message; null drops one. */
function editFields(message: Uint8Array, edit: Edit): Uint8Array {
  const reader = new BinaryReader(message);
  const writer = new BinaryWriter();
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    if (wireType === (LENGTH_DELIMITED as WireType)) {
      const edited = edit(field, reader.bytes());
      if (edited) writer.tag(field, wireType).bytes(edited);
    } else {
      reader.skip(wireType, field);
      writer.raw(message.subarray(start, reader.pos));
    }
  }
  return writer.finish();
}

/** Fields of onnx.proto: ModelProto.graph 7 and metadata_props 14; GraphProto.input 11 and output 12. */
const editGraph = (model: Uint8Array, edit: Edit) =>
  editFields(model, (field, bytes) => (field === 7 ? editFields(bytes, edit) : bytes));

function nameOf(valueInfo: Uint8Array): string {
  let name = '';
  editFields(valueInfo, (field, bytes) => {
    if (field === 1) name = Buffer.from(bytes).toString();
    return bytes;
  });
  return name;
}

/** A ValueInfoProto of fixed and dynamic (null) sizes. */
function valueInfo(name: string, elementType: number, shape: (number | null)[]): Uint8Array {
  const writer = new BinaryWriter().tag(1, 2).string(name).tag(2, 2).fork().tag(1, 2).fork();
  writer.tag(1, 0).int32(elementType).tag(2, 2).fork();
  for (const size of shape) {
    writer.tag(1, 2).fork();
    if (size === null) writer.tag(2, 2).string('N');
    else writer.tag(1, 0).int64(size);
    writer.join();
  }
  return writer.join().join().join().finish();
}

async function writeModel(bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, 'broken.onnx');
  await writeFile(file, bytes);
  return file;
}

describe('a model file', () => {
  it.each(everyModel)('%s keeps the contract', async (file) => {
    const model = await readModelFile(file);
    const { classes, anchorsPerClass, embeddingSize } = model.metadata;
    expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(model.anchors?.length).toBe(classes.length * anchorsPerClass * embeddingSize);
    expect(model.trainingListPath).not.toBeNull();
  });

  it('is next to its card', () => expect(cardsWithoutModel).toEqual([]));

  it('is refused with everything that breaks the contract', async () => {
    const broken = editGraph(await readFile(tinyModel), (field, bytes) => {
      if (field === 12 && nameOf(bytes) === 'corrected') return null;
      if (field === 12 && nameOf(bytes) === 'embedding') return valueInfo('embedding', 1, [null, 63]);
      if (field === 11) return valueInfo('image', 1, [null, 112, 112, 3]);
      return bytes;
    });
    await expect(readModelFile(await writeModel(broken))).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining(
        'input `image` is float32 [N,112,112,3], expected uint8 [N,112,112,3]; ' +
          'output `corrected` is missing; output `embedding` is float32 [N,63], expected float32 [N,64]',
      ),
    });
  });

  it('is refused where it takes one image only', async () => {
    const fixed = editGraph(await readFile(tinyModel), (field, bytes) =>
      field === 11 ? valueInfo('image', 2, [1, 112, 112, 3]) : bytes,
    );
    await expect(readModelFile(await writeModel(fixed))).rejects.toThrow(
      'takes 1 images only; N has to be dynamic',
    );
  });

  it('is refused without its metadata', async () => {
    const bare = editFields(await readFile(tinyModel), (field, bytes) => (field === 14 ? null : bytes));
    await expect(readModelFile(await writeModel(bare))).rejects.toThrow('metadata `grefel` is missing');
  });

  it('is refused where it is no ONNX file', async () => {
    await expect(readModelFile(await writeModel(Buffer.from('hello world')))).rejects.toMatchObject({
      code: 'model-invalid',
    });
    await expect(readModelFile(path.join(folder, 'absent.onnx'))).rejects.toMatchObject({
      code: 'model-missing',
    });
  });

  it('is refused with anchors that are not its own', async () => {
    const model = path.join(folder, 'anchors.onnx');
    await copyFile(tinyModel, model);
    await writeFile(path.join(folder, 'tiny.anchors.npy'), 'something else');
    await expect(readModelFile(model)).rejects.toThrow('`tiny.anchors.npy` beside it is not the file');
  });
});

describe('a models folder', () => {
  const models = path.dirname(tinyModel);
  it('finds a model by name, by file name, by path, and by default', async () => {
    for (const name of ['tiny', 'tiny.onnx', tinyModel, undefined]) {
      expect((await resolveModel(name, models)).path).toBe(tinyModel);
    }
  });

  it('names those that are there where one is not', async () => {
    await expect(resolveModel('large', models)).rejects.toMatchObject({
      code: 'model-missing',
      hint: expect.stringContaining('tiny'),
    });
    await expect(resolveModel(undefined, path.join(folder, 'none'))).rejects.toMatchObject({
      code: 'model-missing',
    });
  });

  it('lists good models beside refused ones', async () => {
    await writeModel(Buffer.from('hello world'));
    expect((await inspectModels(folder)).refused.map(({ error }) => error.code)).toContain('model-invalid');
    expect((await inspectModels(models)).models).toHaveLength(1);
  });
});

it('refuses NumPy files of another kind', () => {
  expect(() => readFloat32Npy(Buffer.from('PK'))).toThrow('not a NumPy file');
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }";
  const file = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([header.length, 0])]);
  expect(() => readFloat32Npy(Buffer.concat([file, Buffer.from(header)]))).toThrow('<f8');
});
