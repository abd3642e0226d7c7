import { z } from 'zod';

/**
 * How a dataset's images are cut before a model sees them: of the square that it would otherwise see, a part or more than all of it, so
 * that faces are as large and where they were in the images that the model was trained on.
 */
export const framingSchema = z.object({
  /** Side of what is seen as a share of the square's: under 1 faces grow, over 1 they shrink and the edge is repeated. */
  scaleX: z.number().positive(),
  scaleY: z.number().positive(),
  /** How far its middle lies to the right and down, as shares of the square's side. */
  shiftX: z.number(),
  shiftY: z.number(),
});
export type Framing = z.infer<typeof framingSchema>;

export const FRAMING_CHOICES = ['auto', 'off'] as const;
export const framingChoiceSchema = z.enum(FRAMING_CHOICES);
/** What the user asks for; where it is left out, as the project was scanned, at first `auto`. */
export type FramingChoice = z.infer<typeof framingChoiceSchema>;

/** As a person is told: what is done to the faces. */
export function sayFraming({ scaleX, scaleY, shiftX, shiftY }: Framing): string {
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
