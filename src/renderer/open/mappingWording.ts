import type { Emotion } from '../../domain/emotions.ts';

/** What is shown of a class in the mapping: see MappableClass. */
interface Mapped {
  modelClasses: readonly string[];
  mappedTo: string | null | undefined;
  emotion: Emotion | null;
}

/** The first choice for a class: what it is mapped to unless the user changes it. */
export function describeGuess({ modelClasses, mappedTo }: Mapped): string {
  if (mappedTo !== undefined) return 'As recognised';
  return modelClasses.length > 0 ? modelClasses.join(', ') : 'Not mapped';
}

/** Before the first scan, when there is no model yet that a class could be mapped to. */
export function describeBeforeScan({ mappedTo, emotion }: Mapped): string {
  if (mappedTo !== undefined) return 'As set by you';
  return emotion ?? 'Mapped at the scan';
}
