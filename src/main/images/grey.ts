/** Grey values, 0 to 255, as BT.601 weighs the colours. @param rgb [pixels*3] @returns [pixels] */
export function greyOf(rgb: Uint8Array): Float64Array {
  const grey = new Float64Array(rgb.length / 3);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += 3) {
    grey[pixel] =
      0.299 * (rgb[at] as number) + 0.587 * (rgb[at + 1] as number) + 0.114 * (rgb[at + 2] as number);
  }
  return grey;
}
