/** At most this many of the [n] images, at even steps. */
export function evenly(images: Int32Array, most: number): Int32Array {
  const step = Math.max(1, Math.ceil(images.length / most));
  return images.filter((_, place) => place % step === 0);
}
