/**
 * Orders strings by Unicode code points, the order of their UTF-8 bytes; it is the same on every machine and
 * in every locale. (JavaScript's `<` compares UTF-16 units, which puts U+1F600 before U+FF01.)
 */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const unitA = a.charCodeAt(index);
    const unitB = b.charCodeAt(index);
    if (unitA !== unitB) return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
}

/** Sorts in place, by compareCodePoints; where UTF-16 order is the same, with the engine's own fast sort. */
export function sortByCodePoints(names: string[]): string[] {
  return names.some((name) => SURROGATE.test(name)) ? names.sort(compareCodePoints) : names.sort();
}

const SURROGATE = /[\ud800-\udfff]/;

/** Surrogates belong after every unit of the basic plane. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
