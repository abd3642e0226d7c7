import { farBelow } from './farBelow.ts';
import type { ImageIssue } from './issue.ts';

/** Shorter side in pixels under which a face shows too little. */
const SMALLEST_SIDE = 32;
/** Mean brightness, 0 black to 1 white, outside of which a face cannot be seen. */
const BRIGHTNESS = { least: 0.08, most: 0.95 };

export const lowQuality = {
  id: 'low-quality',
  title: 'Tiny, blurred or dark',
  empty: {
    title: 'No image is tiny, blurred or dark',
    text: 'Images on which a face is hard to see appear here.',
  },
  find: ({ side, brightness, sharpness }) => {
    const blurred = farBelow(Float64Array.from(sharpness, (value) => Math.log(value)));
    return (image) => {
      const light = brightness[image] as number;
      return (
        (side[image] as number) < SMALLEST_SIDE ||
        light < BRIGHTNESS.least ||
        light > BRIGHTNESS.most ||
        Math.log(sharpness[image] as number) < blurred
      );
    };
  },
} as const satisfies ImageIssue;
