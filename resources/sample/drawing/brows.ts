import { type Face, type Side, sides } from './head.ts';
import { blend, brush, type Point, shape, tapered } from './svg.ts';

/**
 * The brow's centre line from its inner end outwards. AU1 lifts the inner end, AU2 the outer half, AU4 lowers and
 * draws the inner end to the nose; 1 with 4 lifts and draws together, the oblique brow of sadness and fear.
 */
function browLine(face: Face, side: Side): Point[] {
  const unit = (number: Parameters<Face['unit']>[0]) => face.unit(number, side);
  const raised = unit(1) * (1 - 0.25 * unit(4));
  const lowered = unit(4) * (1 - 0.8 * unit(1)) + 0.34 * unit(9);
  const drawnIn = 3.6 * unit(4) + 1.2 * unit(9);
  const outerRaise = unit(2) * (1 - 0.3 * unit(4));
  const oblique = Math.min(1, 1.5 * unit(4));
  const squint = 0.9 * unit(6) + 0.4 * unit(7);
  return [
    [12.5 - drawnIn, -17.6 - 11.5 * raised + 9.4 * lowered],
    [22 - drawnIn * 0.7, -20.6 - 7.6 * raised - 3.2 * outerRaise + 7.8 * lowered],
    [34 - drawnIn * 0.3, -22.4 - 2 * raised - 8.2 * outerRaise + 3.4 * lowered + squint],
    [44, -20.8 + 2.2 * raised * oblique - 9.4 * outerRaise + 0.8 * lowered + squint],
    [51.5, -16 + 4.2 * raised * oblique - 7.6 * outerRaise - 0.6 * lowered + squint],
  ];
}

export function drawBrows(face: Face): string {
  const { character, head } = face;
  return sides
    .map((side) => {
      const place = ([x, y]: Point, dy = 0) => head.on(side * x, y + dy, 3);
      const line = browLine(face, side);
      const weight = character.browWeight;
      const body = brush(
        line.map((point) => place(point)),
        (position) =>
          weight * (0.55 + 0.5 * Math.sin(Math.PI * (0.25 + 0.6 * position)) - 0.75 * position ** 3),
      );
      const hairs = Array.from({ length: 9 }, (_, index) => {
        const at = line[Math.min(3, Math.floor(index / 2.4))] as Point;
        const next = line[Math.min(4, Math.floor(index / 2.4) + 1)] as Point;
        const share = (index / 2.4) % 1;
        const x = at[0] + (next[0] - at[0]) * share;
        const y = at[1] + (next[1] - at[1]) * share;
        const root = head.on(side * x, y + weight * 0.8, 3);
        const tip = head.on(side * (x + 2.6), y - weight * (1.05 - 0.05 * index), 3);
        return shape(brush([root, tip], tapered(0.9)), blend(character.brow, character.skin, 0.18), {
          opacity: 0.6,
        });
      });
      const ridge = line.slice(0, 4).map((point) => place(point, 4));
      return [
        shape(brush(ridge, tapered(6)), character.skinShade, {
          opacity: 0.24 + 0.2 * face.unit(4, side),
          blur: 2,
        }),
        shape(body, character.brow, { opacity: 0.94 }),
        ...hairs,
      ].join('');
    })
    .join('');
}

/** Furrows of the forehead: across it for AU1 and AU2, upright between the brows for AU4, at the nose's root for AU9. */
export function drawForehead(face: Face): string {
  const { character, head } = face;
  const shade = character.skinShade;
  const fold = (points: Point[], strength: number, width = 1.6) => {
    const placed = points.map(([x, y]) => head.on(x, y));
    return (
      shape(brush(placed, tapered(width * 2.4)), shade, { opacity: Math.min(0.6, 0.5 * strength), blur: 1 }) +
      shape(brush(placed, tapered(width)), shade, { opacity: Math.min(0.8, 0.62 * strength) })
    );
  };
  const inner = face.unit(1);
  const outer = face.unit(2);
  const knit = face.unit(4);
  const wrinkle = face.unit(9);
  const worn = 0.16 * character.age;
  const lift = 4 * Math.max(inner, outer);
  const across = [0, 1, 2].map((row) => {
    const y = -38 - row * 7.5 - lift * 0.6;
    const reach = 18 + 20 * outer - 4 * row + 10 * character.age;
    const arch = 3.4 * inner * (1 - outer) + 1.2;
    const strength = Math.max(inner * (0.75 + 0.25 * outer), 0.85 * outer) * (1 - 0.16 * row) + worn;
    return fold(
      [
        [-reach, y + arch],
        [-reach / 2, y],
        [0, y + arch * 0.5 - 1.2],
        [reach / 2, y],
        [reach, y + arch],
      ],
      strength,
      1.5,
    );
  });
  const height = -6 * inner;
  const upright = sides.map((side) =>
    fold(
      [
        [side * 5.4, -7 + height],
        [side * 3.9, -15 + height],
        [side * 5.6, -25 + height],
      ],
      knit * 1.25 + worn * 0.8,
      1.9,
    ),
  );
  const root = [0, 1, 2].map((row) =>
    fold(
      [
        [-8 + row, -1 + row * 5.5],
        [-3, -3 + row * 5],
        [3, -3 + row * 5],
        [8 - row, -1 + row * 5.5],
      ],
      1.25 * wrinkle,
      1.9,
    ),
  );
  const bulge = shape(brush([head.on(-9, -15), head.on(0, -13), head.on(9, -15)], tapered(13)), shade, {
    opacity: 0.3 * Math.max(knit * (1 - 0.5 * inner), wrinkle),
    blur: 2,
  });
  return [bulge, ...across, ...upright, ...root].join('');
}
