import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { chooseFiles, inspectModels, readModelFile, resolveModel } from '../../../src/main/engine/index.ts';
import { makeModelsWithInt8 } from '../../support/int8Model.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyModel } from './models.ts';

async function chosen(
  file: string,
  ...choice: Parameters<typeof chooseFiles> extends [unknown, ...infer C] ? C : never
) {
  const { cpu, others } = await chooseFiles(await readModelFile(file), ...choice);
  return { cpu: cpu.path, others: others.path };
}

it('runs fp32, unless int8 is asked for or named', async () => {
  const { fp32, int8 } = makeModelsWithInt8(temporaryFolder());
  expect(await chosen(fp32, 'auto')).toEqual({ cpu: fp32, others: fp32 });
  expect(await chosen(fp32, 'fp32')).toEqual({ cpu: fp32, others: fp32 });
  expect(await chosen(fp32, 'int8')).toEqual({ cpu: int8, others: int8 });
  expect(await chosen(int8, 'auto')).toEqual({ cpu: int8, others: int8 });
});

it('stays with the file that predicted the images, on a CPU and where that file was requested', async () => {
  const { fp32, int8 } = makeModelsWithInt8(temporaryFolder());
  const { sha256 } = await readModelFile(int8);
  const predictedBefore = { sha256, precision: 'int8', onCpu: true } as const;
  expect(await chosen(fp32, 'auto', predictedBefore)).toEqual({ cpu: int8, others: fp32 });
  expect(await chosen(fp32, 'auto', { ...predictedBefore, onCpu: false })).toEqual({
    cpu: int8,
    others: int8,
  });
  expect(await chosen(fp32, 'fp32', predictedBefore)).toEqual({ cpu: fp32, others: fp32 });
  const another = { ...predictedBefore, sha256: '0'.repeat(64) };
  expect(await chosen(fp32, 'auto', another)).toEqual({ cpu: fp32, others: fp32 });
});

it('runs a model that has no int8 file as it is, and says what is missing where int8 is asked for', async () => {
  expect(await chosen(tinyModel, 'auto')).toEqual({ cpu: tinyModel, others: tinyModel });
  await expect(chosen(tinyModel, 'int8')).rejects.toMatchObject({
    code: 'model-missing',
    message: expect.stringContaining('no tiny.int8.onnx beside'),
    hint: expect.stringContaining('grefel_train precision'),
  });
});

it('refuses an int8 file that is damaged or of another model, and does without it otherwise', async () => {
  const { fp32, int8 } = makeModelsWithInt8(temporaryFolder(), { convertedFrom: '0'.repeat(64) });
  await expect(chosen(fp32, 'int8')).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('it is not tiny.onnx in int8'),
    hint: expect.stringContaining('--precision fp32'),
  });
  writeFileSync(int8, 'cut off');
  await expect(chosen(fp32, 'int8')).rejects.toThrow('tiny.int8.onnx cannot be used: it is not an ONNX file');
  expect(await chosen(fp32, 'auto')).toEqual({ cpu: fp32, others: fp32 });
  const { models, refused } = await inspectModels(dirname(fp32));
  expect(models.map(({ path, int8: beside }) => [path, beside])).toEqual([[fp32, null]]);
  expect(refused.map(({ path }) => path)).toEqual([int8]);
});

it('refuses fp32 of a file that is int8 itself', async () => {
  const { int8 } = makeModelsWithInt8(temporaryFolder());
  await expect(chosen(int8, 'fp32')).rejects.toThrow('is int8, not fp32');
});

it('lists both files as one model', async () => {
  const folder = temporaryFolder();
  const { fp32, int8 } = makeModelsWithInt8(folder);
  const { models, refused } = await inspectModels(folder);
  expect(models.map(({ path, int8: beside }) => [path, beside?.path])).toEqual([[fp32, int8]]);
  expect(refused).toEqual([]);
  expect((await resolveModel(undefined, folder)).path).toBe(join(folder, 'tiny.onnx'));
  expect((await resolveModel('tiny.int8', folder)).path).toBe(int8);
});
