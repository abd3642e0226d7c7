import { createHash } from 'node:crypto';
import type { DecodedImage } from './decode.ts';

/** Hex SHA-256 of the pixels: of W*H grey bytes if R = G = B everywhere, else of W*H*3 RGB bytes. */
export function pixelsSha256({ rgb }: Pick<DecodedImage, 'rgb'>): string {
  return createHash('sha256')
    .update(greyBytes(rgb) ?? rgb)
    .digest('hex');
}

function greyBytes(rgb: Uint8Array): Uint8Array | null {
  const grey = new Uint8Array(rgb.length / 3);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += 3) {
    const red = rgb[at] as number;
    if (red !== rgb[at + 1] || red !== rgb[at + 2]) return null;
    grey[pixel] = red;
  }
  return grey;
}

const SIDE = 112;
const BLOCK = 7;
const GRID = 16;
const LOW = 8;
/** Below this a coefficient is rounding noise and counts as 0. */
const NOISE = 1e-6;

/** [LOW*GRID] the lower rows of the orthonormal DCT-II. */
const DCT = Float64Array.from({ length: LOW * GRID }, (_, index) => {
  const [u, x] = [Math.floor(index / GRID), index % GRID];
  return Math.cos((Math.PI * (2 * x + 1) * u) / (2 * GRID)) * Math.sqrt((u === 0 ? 1 : 2) / GRID);
});

/**
 * Fingerprint that stays near (in Hamming distance) when an image is re-encoded or resized: the signs, about
 * their median, of the 8 x 8 lowest frequencies of a 16 x 16 grey image. The training code computes the same.
 *
 * @param grey [112*112], from greyOf
 * @returns 64 bits as 16 hex digits; the first bit, that of the mean, is 0.
 */
export function perceptualHash(grey: Float64Array): string {
  if (grey.length !== SIDE * SIDE) throw new RangeError(`expected ${SIDE} x ${SIDE} pixels`);
  const coefficients = lowFrequencies(blockMeans(grey));
  const sorted = coefficients.slice(1).sort();
  const median = sorted[sorted.length >> 1] as number;
  let bits = 0n;
  coefficients.forEach((coefficient, index) => {
    bits = (bits << 1n) | (index > 0 && coefficient > median ? 1n : 0n);
  });
  return bits.toString(16).padStart(16, '0');
}

/** [GRID*GRID] mean grey of each block. */
function blockMeans(grey: Float64Array): Float64Array {
  const means = new Float64Array(GRID * GRID);
  for (let y = 0, at = 0; y < SIDE; y++) {
    const row = Math.floor(y / BLOCK) * GRID;
    for (let block = row; block < row + GRID; block++) {
      let sum = 0;
      for (const end = at + BLOCK; at < end; at++) sum += grey[at] as number;
      means[block] = (means[block] as number) + sum;
    }
  }
  return means.map((sum) => sum / BLOCK ** 2);
}

/** [LOW*LOW] of the two-dimensional DCT of a [GRID*GRID] image. */
function lowFrequencies(means: Float64Array): Float64Array {
  const across = new Float64Array(GRID * LOW);
  for (let y = 0; y < GRID; y++) {
    for (let v = 0; v < LOW; v++) {
      let sum = 0;
      for (let x = 0; x < GRID; x++) sum += (DCT[v * GRID + x] as number) * (means[y * GRID + x] as number);
      across[y * LOW + v] = sum;
    }
  }
  const coefficients = new Float64Array(LOW * LOW);
  for (let u = 0; u < LOW; u++) {
    for (let v = 0; v < LOW; v++) {
      let sum = 0;
      for (let y = 0; y < GRID; y++) sum += (DCT[u * GRID + y] as number) * (across[y * LOW + v] as number);
      coefficients[u * LOW + v] = Math.abs(sum) < NOISE ? 0 : sum;
    }
  }
  return coefficients;
}
