import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../src/main/images/decode.ts';
import { readOrientation } from '../../../src/main/images/exif.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/avif');

/** Written by Pillow 12, which puts EXIF's orientation in `irot` and `imir`: red and green above, blue below. */
const fixture = (orientation: number) => readFileSync(join(FIXTURES, `orientation-${orientation}.avif`));

/** Where the corner at the top left of the stored picture is, once it is upright: EXIF 2.3, section 4.6.4. */
const RED_CORNER = [
  '',
  'top left',
  'top right',
  'bottom right',
  'bottom left',
  'top left',
  'top right',
  'bottom right',
  'bottom left',
];

describe('an AVIF', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'is turned and mirrored as its properties say: %i',
    async (orientation) => {
      const bytes = fixture(orientation);
      expect(readOrientation(bytes, 'avif')).toBe(orientation);
      const { width, height, rgb } = await decodeImage(bytes);
      expect([width, height]).toEqual(orientation >= 5 ? [48, 32] : [32, 48]);
      const corners = {
        'top left': [3, 3],
        'top right': [width - 4, 3],
        'bottom right': [width - 4, height - 4],
        'bottom left': [3, height - 4],
      };
      const red = Object.entries(corners).filter(([, [x = 0, y = 0]]) => {
        const at = (y * width + x) * 3;
        return (rgb[at] ?? 0) > 150 && (rgb[at + 1] ?? 0) < 100;
      });
      expect(red.map(([name]) => name)).toEqual([RED_CORNER[orientation]]);
    },
  );

  it('that is cut off or damaged anywhere in its header counts as upright, or has a problem', async () => {
    const bytes = fixture(5);
    for (let length = 16; length < bytes.length; length++)
      expect(readOrientation(bytes.subarray(0, length), 'avif')).toBeGreaterThanOrEqual(1);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      const orientation = readOrientation(damaged, 'avif');
      expect(orientation >= 1 && orientation <= 8).toBe(true);
    }
  });
});
