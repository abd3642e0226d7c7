/** FNV-1a's offset basis, from which its hashes start. */
const OFFSET_BASIS = 0x811c9dc5;

/** The 32-bit FNV-1a hash of whole numbers, for telling whether something has changed; nothing secret rests on it. */
export function fnv1a(values: Iterable<number>): number {
  let hash = OFFSET_BASIS;
  for (const value of values) hash = withValue(hash, value);
  return hash >>> 0;
}

/**
 * FNV-1a over UTF-16 units, then the finaliser of MurmurHash3 (A. Appleby, public domain), as the high bits of FNV-1a
 * hardly differ between texts that end in numbers that follow each other: 32 well-mixed bits.
 */
export function hashText(text: string, start = OFFSET_BASIS): number {
  let hash = start;
  for (let place = 0; place < text.length; place++) hash = withValue(hash, text.charCodeAt(place));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function withValue(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x01000193);
}
