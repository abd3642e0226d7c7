/**
 * Rotates RGB pixels by EXIF's orientation.
 *
 * @param rgb [H*W*3] as stored.
 * @param orientation 1 to 8 of EXIF 2.3, section 4.6.4; anything else leaves the image unchanged.
 */
export function turnUpright(
  rgb: Uint8Array,
  width: number,
  height: number,
  orientation: number,
): { rgb: Uint8Array; width: number; height: number } {
  if (orientation < 2 || orientation > 8) return { rgb, width, height };
  const swaps = orientation >= 5;
  const [turnedWidth, turnedHeight] = swaps ? [height, width] : [width, height];
  const flipsX = [2, 3, 7, 8].includes(orientation);
  const flipsY = [3, 4, 6, 7].includes(orientation);
  const turned = new Uint8Array(rgb.length);
  for (let y = 0, to = 0; y < turnedHeight; y++) {
    for (let x = 0; x < turnedWidth; x++, to += 3) {
      const [alongX, alongY] = swaps ? [y, x] : [x, y];
      const sourceX = flipsX ? width - 1 - alongX : alongX;
      const sourceY = flipsY ? height - 1 - alongY : alongY;
      const from = (sourceY * width + sourceX) * 3;
      turned[to] = rgb[from] as number;
      turned[to + 1] = rgb[from + 1] as number;
      turned[to + 2] = rgb[from + 2] as number;
    }
  }
  return { rgb: turned, width: turnedWidth, height: turnedHeight };
}
