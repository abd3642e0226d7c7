import { type Face, jawDrop, type Side } from './head.ts';
import { blend, brush, clip, cornered, loop, type Point, sampled, shape, tapered } from './svg.ts';

const mouthHeight = 58;

/** The four lip edges from the viewer's left corner to the right one, in head units. */
export interface Lips {
  top: Point[];
  upperEdge: Point[];
  lowerEdge: Point[];
  bottom: Point[];
  gap: number;
}

function cornerOf(face: Face, side: Side, gap: number): Point {
  const unit = (number: Parameters<Face['unit']>[0]) => face.unit(number, side);
  const width =
    23 +
    7.5 * unit(12) +
    7.5 * unit(20) +
    2 * unit(14) +
    1.5 * unit(10) +
    0.8 * unit(9) -
    4.5 * unit(23) -
    1.4 * unit(24) -
    5.5 * unit(22) -
    2 * unit(17) -
    6 * unit(26) * unit(25) * (1 - unit(12)) * (1 - unit(20)) -
    8 * unit(27);
  const height =
    mouthHeight -
    10 * unit(12) +
    8 * unit(15) +
    4.6 * unit(20) -
    1.6 * unit(14) -
    1 * unit(17) +
    (0.5 - 0.15 * unit(12)) * Math.max(0, gap - 3);
  return [side * width, height];
}

export function lipsOf(face: Face): Lips {
  const { unit } = face;
  const parted = unit(25);
  const gap =
    parted * 4.4 + jawDrop(face) * Math.min(1, parted * 2) + 3.6 * unit(16) * Math.min(1, parted * 2);
  const left = cornerOf(face, -1, gap);
  const right = cornerOf(face, 1, gap);
  const sneer = 5 * unit(10) + 3 * unit(9);
  const middle =
    mouthHeight -
    0.6 * sneer -
    2.2 * unit(17) +
    0.8 * unit(12) * (1 - parted) -
    1.4 * parted -
    1.6 * unit(27) +
    0.6 * unit(15) -
    0.9 * unit(22);
  const lowerMiddle = middle + gap + 0.9 * unit(16) * (1 - parted);
  const square = Math.min(1, unit(16) + unit(20) * 0.8 + unit(10) * 0.6) * Math.min(1, parted * 2);
  const round =
    Math.min(1, Math.max(unit(26) * 0.9, unit(27)) * 1.3) * parted * (1 - unit(12)) * (1 - 0.7 * unit(20));
  const thinning =
    1 -
    0.55 * unit(23) -
    0.55 * unit(24) -
    0.25 * unit(12) -
    0.25 * unit(20) -
    0.2 * unit(27) +
    0.6 * unit(22);
  const fullness = face.character.lipFullness * Math.max(0.22, thinning);
  const upperThickness = 4.8 * fullness * (1 - 0.2 * unit(10));
  const lowerThickness = 6.4 * fullness * (1 + 0.25 * unit(17) + 0.15 * unit(16));
  const along = (corner: Point, position: number, centre: number, pull: number): Point => [
    corner[0] * position,
    centre + (corner[1] - centre) * pull,
  ];
  const upperHalf = (corner: Point) =>
    along(
      corner,
      0.55 + 0.1 * round,
      middle - 0.55 * sneer,
      0.3 + 0.12 * unit(12) - 0.1 * square - 0.1 * round,
    );
  const lowerPull = 0.32 - 0.16 * square - 0.1 * round + 0.1 * unit(12) * (1 - parted);
  const lowerHalf = (corner: Point) => along(corner, 0.56 + 0.1 * round, lowerMiddle, lowerPull);
  const raise = ([x, y]: Point, by: number): Point => [x, y - by];
  const bow: Point[] = [-5.2, 0, 5.2].map((x) => [x, middle - upperThickness * (x === 0 ? 0.7 : 1)]);
  return {
    top: [
      left,
      raise(upperHalf(left), upperThickness * 0.72),
      ...bow,
      raise(upperHalf(right), upperThickness * 0.72),
      right,
    ],
    upperEdge: [left, upperHalf(left), [0, middle + 0.4], upperHalf(right), right],
    lowerEdge: [left, lowerHalf(left), [0, lowerMiddle + 0.4], lowerHalf(right), right],
    bottom: [
      left,
      raise(lowerHalf(left), -lowerThickness * 0.72),
      [0, lowerMiddle + lowerThickness],
      raise(lowerHalf(right), -lowerThickness * 0.72),
      right,
    ],
    gap,
  };
}

/** The height of an edge above or below `x`. */
function heightAt(edge: readonly Point[], x: number): number {
  const fine = sampled(edge);
  const index = Math.max(
    1,
    fine.findIndex((point) => point[0] >= x),
  );
  return fine[index]?.[1] ?? 0;
}

/** Teeth hang from the skull (upper) or stand on the jaw (lower), so the lips uncover them. */
function drawInside(face: Face, lips: Lips, place: (points: Point[]) => Point[]): string {
  const opening = cornered(place(lips.upperEdge), place(lips.lowerEdge).reverse());
  const { unit } = face;
  const inside = { clip: 'mouth' };
  const upperLength = Math.min(
    lips.gap * 0.78,
    3.2 + 4.6 * unit(12) + 4.5 * unit(10) + 2.4 * unit(16) + 1.5 * unit(20),
  );
  const lowerLength = Math.min(lips.gap * 0.42, 5.5 * unit(16) + 3.4 * unit(20));
  // Farther back at the corners, the rows narrow and leave the corners dark.
  const offset = (points: Point[], by: number, share: number) =>
    points.map(([x, y], index): Point => [x * 0.9, y + by * (index === 0 || index === 4 ? share : 1)]);
  const upperTeeth = cornered(
    place(offset(lips.upperEdge, -4, 1)),
    place(offset(lips.upperEdge, upperLength, -0.3)).reverse(),
  );
  const lowerTeeth = cornered(
    place(offset(lips.lowerEdge, -lowerLength, -0.3)),
    place(offset(lips.lowerEdge, 4, 1)).reverse(),
  );
  const [lowX, lowY] = lips.lowerEdge[2] as Point;
  const tongue: Point[] = [
    [lowX - 13, lowY + 2],
    [lowX - 8, lowY - 6],
    [lowX, lowY - 5],
    [lowX + 8, lowY - 6],
    [lowX + 13, lowY + 2],
    [lowX, lowY + 8],
  ];
  const between = (edge: Point[], length: number, upwards: number) =>
    [-13.5, -8.5, -3.9, 0, 3.9, 8.5, 13.5].map((x) => {
      const height = heightAt(edge, x);
      return shape(
        brush(
          place([
            [x, height - upwards],
            [x, height + upwards * length],
          ]),
          () => 0.28,
        ),
        '#7d6a60',
        { ...inside, opacity: 0.4 },
      );
    });
  return [
    clip('mouth', opening),
    shape(opening, '#3a1115'),
    lips.gap > 9 ? shape(loop(place(tongue)), '#b4504f', { ...inside, opacity: 0.9, blur: 1 }) : '',
    lowerLength > 0.8
      ? shape(lowerTeeth, '#e9e1d6', inside) + between(lips.lowerEdge, lowerLength, -1).join('')
      : '',
    upperLength > 0.8
      ? shape(upperTeeth, '#fbf6ee', inside) + between(lips.upperEdge, upperLength, 1).join('')
      : '',
    shape(brush(place(lips.upperEdge), tapered(4.4)), '#2a0b0c', { ...inside, opacity: 0.42, blur: 1 }),
  ].join('');
}

export function drawMouth(face: Face): string {
  const { character, head } = face;
  const lips = lipsOf(face);
  const place = (points: Point[]) => points.map(([x, y]) => head.on(x, y, 3));
  const upper = cornered(place(lips.top), place(lips.upperEdge).reverse());
  const lower = cornered(place(lips.lowerEdge), place(lips.bottom).reverse());
  const seam = blend(character.lips, '#240709', 0.72);
  const gloss = lips.lowerEdge
    .slice(1, 4)
    .map(([x, y], index): Point => [x * 0.7, y + (index === 1 ? 2.6 : 2.2) * character.lipFullness]);
  const corners = [lips.upperEdge[0], lips.upperEdge.at(-1)].map((corner) => {
    const [x, y] = corner as Point;
    const out = Math.sign(x);
    return shape(
      brush(
        place([
          [x - out * 2, y - 1],
          [x + out * 0.8, y],
          [x + out * 1.4, y + 1.6],
        ]),
        tapered(3.4),
      ),
      character.skinShade,
      { opacity: 0.7, blur: 1 },
    );
  });
  const pressed = Math.max(face.unit(23), face.unit(24)) * (1 - face.unit(25));
  return [
    ...corners,
    lips.gap > 0.8 ? drawInside(face, lips, place) : '',
    shape(lower, character.lips),
    shape(upper, blend(character.lips, character.skinShade, 0.38)),
    shape(brush(place(gloss), tapered(2.4)), '#ffffff', { opacity: 0.24 * (1 - pressed), blur: 1 }),
    lips.gap > 0.8 ? '' : shape(brush(place(lips.upperEdge), tapered(1.9 + 0.8 * pressed)), seam),
  ].join('');
}
