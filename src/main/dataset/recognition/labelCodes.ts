import { numberingById } from '../../../domain/numberings.ts';
import { isMissingLabel, labelOfText } from './labelText.ts';
import type { LabelCode } from './layout.ts';

/** The classes of a well-known dataset by their ids: domain/numberings.ts. */
export function codesOf(numbering: string): LabelCode[] {
  return [...(numberingById(numbering)?.names ?? [])].map(([id, name]) => ({ id, name }));
}

/** Ids of FER2013 and ExpW. */
export const FER2013_CODES = codesOf('fer2013');

/** Ids of AffectNet; the last three are no emotions and are kept as classes. */
export const AFFECTNET_CODES = codesOf('affectnet');

/**
 * The name of an id, also for `3.0`; null if a word means that there is no label.
 * @throws AppError `table-invalid` for an id that the format does not have, and for an empty one
 */
export function nameOfId(
  codes: readonly LabelCode[],
  id: string,
  fail: (problem: string) => Error,
): string | null {
  if (id.trim() !== '' && isMissingLabel(id)) return null;
  const wanted = labelOfText(id) ?? '';
  const name = codes.find((code) => code.id === wanted)?.name;
  if (name !== undefined) return name;
  const [first, last] = [codes[0]?.id, codes.at(-1)?.id];
  throw fail(`the label "${id.trim().slice(0, 40)}" is not one of ${first} to ${last}`);
}

/** The id of a name, or null if the format has none for it. */
export function idOfName(codes: readonly LabelCode[], name: string): string | null {
  return codes.find((code) => code.name === name)?.id ?? null;
}
