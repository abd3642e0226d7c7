import { z } from 'zod';

/** An object whose keys are a user's own words: names of classes, annotators, columns, splits. */
export type WordRecord<Value> = Record<string, Value>;

/**
 * An object for a user's own words as keys. It has no prototype: a class called `constructor` or `__proto__`
 * is a key like any other, and a missing one is undefined.
 */
export function wordRecord<Value>(entries: Iterable<readonly [string, Value]> = []): WordRecord<Value> {
  const record: WordRecord<Value> = Object.create(null);
  for (const [word, value] of entries) record[word] = value;
  return record;
}

/** The name of a class, its accents composed (NFC): however it was typed, it is one class. */
export const classNameSchema = z
  .string()
  .min(1)
  .transform((name) => name.normalize('NFC'));

/**
 * Parses such an object; `z.record` loses the key `__proto__` and gives its result a prototype.
 * @param joined the value of a word that is there in two spellings; else the last counts
 */
export function wordRecordSchema<Value extends z.ZodType>(
  value: Value,
  word: z.ZodType<string> = z.string(),
  joined: (first: z.output<Value>, second: z.output<Value>) => z.output<Value> = (_, second) => second,
) {
  return z
    .custom<Record<string, z.input<Value>>>(
      (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
      'expected an object',
    )
    .transform((input, context): WordRecord<z.output<Value>> => {
      const record = wordRecord<z.output<Value>>();
      for (const [key, raw] of Object.entries(input)) {
        const [name, parsed] = [word.safeParse(key), value.safeParse(raw)];
        for (const { error } of [name, parsed]) {
          for (const issue of error?.issues ?? []) {
            context.addIssue({ code: 'custom', message: issue.message, path: [key, ...issue.path] });
          }
        }
        if (!name.success || !parsed.success) continue;
        const first = record[name.data];
        record[name.data] = first === undefined ? parsed.data : joined(first, parsed.data);
      }
      return record;
    });
}
