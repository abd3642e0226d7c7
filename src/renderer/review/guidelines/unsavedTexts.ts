import { z } from 'zod';

const STORAGE_KEY = 'grefel-relabel.unsaved-guidelines';
/** The oldest are forgotten. */
const MOST_TEXTS = 100;

const unsavedTextSchema = z.object({ project: z.string(), className: z.string(), text: z.string() });

type UnsavedText = z.infer<typeof unsavedTextSchema>;
type Place = Omit<UnsavedText, 'text'>;

/**
 * Guideline text that could not be saved before another dataset was opened, or before the page was left. It is kept in this
 * browser under its own project and class.
 */
export function unsavedTexts(): UnsavedText[] {
  try {
    return z.array(unsavedTextSchema).parse(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]'));
  } catch {
    // A browser may forbid storage, and anyone may have edited it.
    return [];
  }
}

export function keepUnsavedText(kept: UnsavedText): void {
  store([...withoutText(kept), kept].slice(-MOST_TEXTS));
}

/** It is saved, or not wanted any more. */
export function dropUnsavedText(place: Place): void {
  const others = withoutText(place);
  if (others.length < unsavedTexts().length) store(others);
}

const withoutText = ({ project, className }: Place): UnsavedText[] =>
  unsavedTexts().filter((kept) => kept.project !== project || kept.className !== className);

function store(kept: readonly UnsavedText[]): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(kept));
  } catch {
    // A browser may forbid storage.
  }
}
