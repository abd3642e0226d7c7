import { z } from 'zod';
import { IMAGE_FORMATS, type ModelOutputs } from '../../../domain/inference.ts';
import type { ModelMetadata } from '../../../domain/model.ts';
import type { AnchorMatch } from '../../../labelQuality/reliability.ts';

/** Of probabilities and their sums, which were rounded to single precision. */
const TOLERANCE = 0.01;

/** A reader of Parquet says null of a missing value, and undefined of a missing list. */
const orNull = <Value>(value: Value | null | undefined) => value ?? null;
const numbers = z.array(z.number()).nullish().transform(orNull);
const bytes = z.instanceof(Uint8Array).nullish().transform(orNull);
/** A hash of so many bytes. */
const hash = (size: number) =>
  z
    .instanceof(Uint8Array)
    .refine(({ byteLength }) => byteLength === size, `it is not ${size} bytes long`)
    .nullish()
    .transform(orNull);
const pixels = z.int().positive().nullish().transform(orNull);
const share = z
  .number()
  .min(-TOLERANCE)
  .max(1 + TOLERANCE)
  .nullish()
  .transform(orNull);

/** A row of a shard, as docs/cluster.md lists its columns; null is what an unreadable image has none of. */
export const shardRowSchema = z.object({
  image: z.string(),
  problem: z.string().regex(/\S/, 'the problem is empty').nullish().transform(orNull),
  content_sha256: hash(32),
  width: pixels,
  height: pixels,
  format: z.enum(IMAGE_FORMATS).nullish().transform(orNull),
  pixels_sha256: hash(32),
  perceptual_hash: hash(8),
  brightness: share,
  sharpness: z.number().min(0).nullish().transform(orNull),
  primary: numbers,
  geometric: numbers,
  attentive: numbers,
  corrected: numbers,
  confidence_primary: share,
  confidence_corrected: share,
  face_quality: share,
  anchor: numbers,
  anchor_distance: numbers,
  anchor_similarity: numbers,
  class_distance: numbers,
  embedding: bytes,
  features: bytes,
});
type ShardRow = z.infer<typeof shardRowSchema>;

/** A model's outputs as a shard keeps them: of the distances to anchors only those that are used. */
export type ScannedOutputs = Omit<ModelOutputs, 'anchorDistance'> & {
  /** The nearest anchors, nearest first. */
  anchors: AnchorMatch[];
  /** [C] distance to the nearest anchor of each class; empty for a model without anchors. */
  classDistances: Float32Array;
};

/** @throws Error where something is missing, or has another size than the model says */
export function scannedOutputs(
  row: Omit<ShardRow, 'image' | 'problem' | 'content_sha256'>,
  { classes, anchorsPerClass, embeddingSize, featuresSize }: ModelMetadata,
): ScannedOutputs {
  const list = (
    name: 'primary' | 'geometric' | 'attentive' | 'corrected' | 'class_distance',
    length: number,
  ) => {
    const values = row[name];
    if (values?.length !== length)
      throw new Error(`"${name}" has ${values?.length ?? 0} values, not ${length}`);
    return Float32Array.from(values);
  };
  const distribution = (name: 'primary' | 'geometric' | 'attentive' | 'corrected') => {
    const values = list(name, classes.length);
    const sum = values.reduce((total, value) => total + value, 0);
    if (!values.every((value) => value >= 0) || !(Math.abs(sum - 1) <= TOLERANCE))
      throw new Error(`"${name}" is no distribution`);
    return values;
  };
  const single = (name: 'confidence_primary' | 'confidence_corrected') => {
    const value = row[name];
    if (value === null) throw new Error(`"${name}" is missing`);
    return value;
  };
  const classDistances = () => {
    const values = list('class_distance', classes.length);
    if (values.every(isDistance)) return values;
    throw new Error('"class_distance" has values that are no distances');
  };
  const withAnchors = anchorsPerClass > 0;
  return {
    primary: distribution('primary'),
    geometric: distribution('geometric'),
    attentive: distribution('attentive'),
    corrected: distribution('corrected'),
    confidencePrimary: single('confidence_primary'),
    confidenceCorrected: single('confidence_corrected'),
    embedding: halves(row.embedding, embeddingSize, 'embedding'),
    features:
      featuresSize === null || row.features === null ? null : halves(row.features, featuresSize, 'features'),
    faceQuality: row.face_quality,
    anchors: withAnchors ? anchorsOf(row, classes.length, anchorsPerClass) : [],
    classDistances: withAnchors ? classDistances() : new Float32Array(0),
  };
}

function anchorsOf(
  {
    anchor,
    anchor_distance: distances,
    anchor_similarity: similarities,
  }: Pick<ShardRow, 'anchor' | 'anchor_distance' | 'anchor_similarity'>,
  classCount: number,
  perClass: number,
): AnchorMatch[] {
  return (anchor ?? []).map((index, at) => {
    const [distance, similarity] = [distances?.[at], similarities?.[at]];
    const isAnchor = Number.isInteger(index) && index >= 0 && index < classCount * perClass;
    if (!isAnchor || distance === undefined || similarity === undefined)
      throw new Error(`"anchor" names anchor ${index} of ${classCount * perClass}, or has no distance to it`);
    if (!isDistance(distance) || !share.safeParse(similarity).success)
      throw new Error(`anchor ${index} has the distance ${distance} and the similarity ${similarity}`);
    return { classIndex: Math.floor(index / perClass), k: index % perClass, distance, similarity };
  });
}

function isDistance(value: number): boolean {
  return value >= 0 && Number.isFinite(value);
}

/** Little-endian half floats. */
function halves(value: Uint8Array | null, length: number, name: string): Float32Array {
  if (value?.byteLength !== length * Float16Array.BYTES_PER_ELEMENT)
    throw new Error(`"${name}" has ${value?.byteLength ?? 0} bytes, not ${2 * length}`);
  const numbers = Float32Array.from(new Float16Array(new Uint8Array(value).buffer));
  if (!numbers.every(Number.isFinite)) throw new Error(`"${name}" has values that are no numbers`);
  return numbers;
}
