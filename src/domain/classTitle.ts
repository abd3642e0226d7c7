import { emotionOf } from './emotions.ts';
import type { WordRecord } from './wordRecord.ts';

/** A name without a meaning of its own: a number, or a code of a letter or two. */
const CODE = /^\P{L}*(\p{L}{1,2}|class|label|emotion|expr)?\P{L}*$/iu;

/**
 * The title of a class everywhere: a number or code that was mapped is shown by its emotion, as `surprise
 * (1)`, any other name as the dataset spells it.
 * @param meaning what the class is mapped to; null for nothing
 */
export function classTitle(name: string, meaning: string | null | undefined): string {
  if (meaning == null || meaning === '' || meaning === name || !CODE.test(name)) return name;
  return `${emotionOf(meaning) ?? meaning} (${name})`;
}

/** Titles of classes, by their mapping. */
export function classTitles(
  names: readonly string[],
  mapping: Readonly<WordRecord<string | null>>,
): string[] {
  return names.map((name) => classTitle(name, Object.hasOwn(mapping, name) ? mapping[name] : null));
}
