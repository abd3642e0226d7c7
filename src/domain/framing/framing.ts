import { z } from 'zod';

/**
 * How a dataset's images are cut before a model sees them: a part of the default square, or more than all of
 * it, so that faces have the size and position of those in the model's training images.
 */
export const framingSchema = z.object({
  /**
   * Side of the visible area as a share of the square's: under 1 faces grow, over 1 they shrink and the edge
   * is repeated.
   */
  scaleX: z.number().positive(),
  scaleY: z.number().positive(),
  /** How far its middle is shifted to the right and down, as shares of the square's side. */
  shiftX: z.number(),
  shiftY: z.number(),
});
export type Framing = z.infer<typeof framingSchema>;

export const FRAMING_CHOICES = ['auto', 'off'] as const;
export const framingChoiceSchema = z.enum(FRAMING_CHOICES);
/** The user's choice; if omitted, as the project was scanned, at first `auto`. */
export type FramingChoice = z.infer<typeof framingChoiceSchema>;

/** For people: what is done to the faces. */
export function describeFraming({ scaleX, scaleY, shiftX, shiftY }: Framing): string {
  const size = (scale: number) => `${Math.round(100 / scale)} %`;
  const moves = [[shiftX, 'left', 'right'] as const, [shiftY, 'up', 'down'] as const].flatMap(
    ([shift, ifPositive, ifNegative]) => {
      const percent = Math.round(100 * Math.abs(shift));
      return percent === 0 ? [] : [`moved ${shift > 0 ? ifPositive : ifNegative} by ${percent} %`];
    },
  );
  return [`faces ${size(scaleX)} as wide and ${size(scaleY)} as high`, ...moves].join(', ');
}

/** The same framing to two decimals less than measured: images that are added change nothing. */
export function roundFraming({ scaleX, scaleY, shiftX, shiftY }: Framing): Framing {
  const rounded = (value: number) => Math.round(value * 1000) / 1000;
  return {
    scaleX: rounded(scaleX),
    scaleY: rounded(scaleY),
    shiftX: rounded(shiftX),
    shiftY: rounded(shiftY),
  };
}
