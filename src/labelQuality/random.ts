/** Numbers in [0, 1) that a seed decides: mulberry32, by Tommy Ettinger (public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** [size] of the [n] items, all of them if there are fewer, each subset equally likely, in random order: the first steps of a Fisher-Yates shuffle. */
export function drawSample(items: ArrayLike<number>, size: number, random: () => number): number[] {
  const pool = Array.from(items);
  const drawn = Math.min(size, pool.length);
  for (let index = 0; index < drawn; index++) {
    const other = index + Math.floor(random() * (pool.length - index));
    [pool[index], pool[other]] = [pool[other] as number, pool[index] as number];
  }
  return pool.slice(0, drawn);
}
