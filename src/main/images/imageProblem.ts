import { formatCount } from '../../domain/plural.ts';

/** Why an image cannot be used, as a short phrase for its row: 'empty file', 'truncated JPEG', ... */
export class ImageProblem extends Error {
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'ImageProblem';
    this.reason = reason;
  }
}

const MAX_MEGAPIXELS = 100;
/** JPEG's limit. Resizing keeps a weight for each pixel of a side, and no face is so narrow. */
const LONGEST_SIDE = 65_535;

/**
 * Refuses pictures that would take gigabytes to decode; a file of a few kilobytes can claim any size.
 *
 * @throws ImageProblem
 */
export function checkDimensions(width: number, height: number): void {
  if (width < 1 || height < 1) throw new ImageProblem(`it has no pixels (${width} x ${height})`);
  if (Math.max(width, height) > LONGEST_SIDE) {
    throw new ImageProblem(
      `${width} x ${height} pixels exceed the limit of ${formatCount(LONGEST_SIDE)} pixels a side`,
    );
  }
  if (width * height <= MAX_MEGAPIXELS * 1e6) return;
  throw new ImageProblem(`${width} x ${height} pixels exceed the limit of ${MAX_MEGAPIXELS} megapixels`);
}
