import { describe, expect, it } from 'vitest';
import { type ModelMetadata, modelMetadataSchema } from '../../../../src/domain/model.ts';
import { scannedOutputs, shardRowSchema } from '../../../../src/main/dataset/predictions/shardRow.ts';
import manifest from '../../../fixtures/clusterScan/manifest.json' with { type: 'json' };

const model: ModelMetadata = modelMetadataSchema.parse(manifest.model.metadata);
const classCount = model.classes.length;
const even = new Array<number>(classCount).fill(1 / classCount);
const halves = (value: number) =>
  new Uint8Array(Float16Array.from({ length: model.embeddingSize }, () => value).buffer);

type Row = Parameters<typeof scannedOutputs>[0];
const sound = {
  primary: even,
  geometric: even,
  attentive: even,
  corrected: even,
  confidence_primary: 0.5,
  confidence_corrected: 0.5,
  face_quality: null,
  anchor: [0, classCount * model.anchorsPerClass - 1],
  anchor_distance: [1, 2],
  anchor_similarity: [0.6, 0.4],
  class_distance: even,
  embedding: halves(0.5),
  features: null,
} as unknown as Row;

describe('a row of a shard', () => {
  it('that is sound is taken', () => {
    expect(scannedOutputs(sound, model).anchors).toHaveLength(2);
  });

  it.each<[string, Partial<Row>, RegExp]>([
    ['negative probabilities', { corrected: [-3, 4, ...even.slice(2).fill(0)] }, /"corrected" is no distr/],
    ['a distribution of no numbers', { corrected: even.map(() => Number.NaN) }, /"corrected" is no distr/],
    ['attention that is no distribution', { attentive: even.map(() => 1) }, /"attentive" is no distribution/],
    ['geometry that is no distribution', { geometric: even.map(() => 0) }, /"geometric" is no distribution/],
    ['a sum of nothing', { primary: even.map(() => 0) }, /"primary" is no distribution/],
    ['an anchor beyond the last', { anchor: [0, classCount * model.anchorsPerClass] }, /names anchor/],
    ['an anchor before the first', { anchor: [-1, 0] }, /names anchor -1/],
    ['an anchor without a distance', { anchor_distance: [1] }, /or has no distance to it/],
    ['a negative distance', { anchor_distance: [-1, 2] }, /anchor 0 has the distance -1/],
    ['an impossible similarity', { anchor_similarity: [0.6, 4] }, /and the similarity 4/],
    ['a class without a distance', { class_distance: even.map(() => Number.NaN) }, /"class_distance" has va/],
    ['an embedding of no numbers', { embedding: halves(Number.NaN) }, /"embedding" has values that are no n/],
    ['an infinite embedding', { embedding: halves(1e9) }, /"embedding" has values that are no numbers/],
  ])('with %s is refused', (_, damage, message) => {
    expect(() => scannedOutputs({ ...sound, ...damage }, model)).toThrow(message);
  });

  it.each([
    { width: -1 },
    { height: 0 },
    { width: 1.5 },
    { format: 'doc' },
    { confidence_primary: 1.5 },
    { confidence_corrected: -0.1 },
    { brightness: 2 },
    { sharpness: -1 },
    { problem: ' ' },
    { face_quality: -0.5 },
    { face_quality: 1.5 },
    { face_quality: Number.NaN },
    { content_sha256: new Uint8Array(31) },
    { content_sha256: new Uint8Array(0) },
    { pixels_sha256: new Uint8Array(33) },
    { perceptual_hash: new Uint8Array(7) },
  ])('with %o is refused', (damage) => {
    const facts = { width: 48, height: 48, format: 'png', brightness: 0.5, sharpness: 3, problem: null };
    const row = { image: 'a.png', ...sound, ...facts };
    expect(shardRowSchema.safeParse(row).error).toBeUndefined();
    const [issue] = shardRowSchema.safeParse({ ...row, ...damage }).error?.issues ?? [];
    expect(issue?.path).toEqual(Object.keys(damage));
  });
});
