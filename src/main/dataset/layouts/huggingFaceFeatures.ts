import { z } from 'zod';
import { type WordRecord, wordRecord, wordRecordSchema } from '../../../domain/wordRecord.ts';

/** How `datasets` describes a column. */
interface Feature {
  /** `Image`, `ClassLabel`, `Value`, ... */
  type: string | undefined;
  /** Names of a ClassLabel, or of the ClassLabel that a list is of. */
  names: string[] | undefined;
}

const plainSchema = z.looseObject({
  _type: z.string().optional(),
  names: z.array(z.string()).optional(),
  feature: z.unknown().optional(),
});
const fileSchema = z.object({ info: z.object({ features: wordRecordSchema(z.unknown()) }) });

/** The features in a Parquet file's metadata `huggingface`; null where it is damaged. */
export function readFeatures(written: string): WordRecord<Feature> | null {
  let json: unknown;
  try {
    json = JSON.parse(written);
  } catch {
    return null;
  }
  const file = fileSchema.safeParse(json).data;
  if (file === undefined) return null;
  return wordRecord(
    Object.entries(file.info.features).map(([name, value]) => [name, featureOf(value)] as const),
  );
}

/** A list of something is written as `Sequence`, as `List`, or as a list of one feature. */
function featureOf(value: unknown): Feature {
  const [inList] = Array.isArray(value) ? (value as unknown[]) : [];
  const { _type: type, names, feature } = plainSchema.safeParse(inList ?? value).data ?? {};
  const inner = feature === undefined ? undefined : plainSchema.safeParse(feature).data;
  return { type, names: names ?? inner?.names };
}
