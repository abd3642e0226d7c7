const SPLIT_WORDS = new Set(
  'train training val valid validation test testing dev eval evaluation publictest privatetest holdout'.split(
    ' ',
  ),
);

/**
 * Whether a folder, file or value names a split: `train`, `Test_Set`, `PublicTest`, `Val_Aligned_Faces`,
 * `FER2013Train`.
 */
export function isSplitName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => SPLIT_WORDS.has(word));
}

/** `train`, `val` or `test` of a folder that is named after a split; null for any other. */
export function splitFamily(name: string): 'train' | 'val' | 'test' | null {
  if (!isSplitName(name)) return null;
  const lower = name.toLowerCase();
  if (/train/.test(lower)) return 'train';
  return /val|dev|public_?test/.test(lower) ? 'val' : 'test';
}
