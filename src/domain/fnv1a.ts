/** The 32-bit FNV-1a hash of whole numbers, for telling whether something has changed; nothing secret rests on it. */
export function fnv1a(values: Iterable<number>): number {
  let hash = 0x811c9dc5;
  for (const value of values) hash = Math.imul(hash ^ value, 0x01000193);
  return hash >>> 0;
}
