import { type Face, jawDrop, type Side, sides } from './head.ts';
import { lipsOf } from './mouth.ts';
import { brush, loop, type Point, shape, tapered } from './svg.ts';

/** A crease with its soft shadow. */
function fold(face: Face, points: Point[], strength: number, width: number): string {
  const placed = points.map(([x, y]) => face.head.on(x, y));
  const shade = face.character.skinShade;
  return (
    shape(brush(placed, tapered(width * 3.2)), shade, { opacity: Math.min(0.62, 0.55 * strength), blur: 2 }) +
    shape(brush(placed, tapered(width)), shade, { opacity: Math.min(0.85, 0.75 * strength) })
  );
}

/** From the wing of the nose past the mouth's corner: AU12 bows it outwards, AU9 and AU10 deepen its upper part. */
function nasolabial(face: Face, side: Side, corner: Point): string {
  const unit = (number: Parameters<Face['unit']>[0]) => face.unit(number, side);
  const strength = Math.min(
    1.1,
    0.12 +
      0.35 * face.character.age +
      0.75 * unit(12) +
      0.7 * unit(10) +
      0.6 * unit(9) +
      0.25 * unit(15) +
      0.35 * unit(20) +
      0.2 * unit(6),
  );
  const lift = 3.4 * unit(9) + 2.4 * unit(10) + 1.6 * unit(12);
  const wing = face.character.noseWidth;
  const bow = 4 * unit(12) + 2.4 * unit(10);
  const cornerX = Math.abs(corner[0]);
  const points: Point[] = [
    [wing + 1.5, 29 - lift],
    [wing + 6.5 + bow * 0.6, 36 - lift * 0.7],
    [(wing + Math.min(cornerX, 28)) / 2 + 7.5 + bow, 44 - lift * 0.3 - 2 * unit(12)],
    [Math.min(cornerX + 7.5, 36), corner[1] - 7 + 2 * unit(12)],
    [Math.min(cornerX + 7, 36) - 2 * unit(12), corner[1] - 1 + 2 * unit(12)],
  ];
  return fold(
    face,
    points.map(([x, y]): Point => [side * x, y]),
    strength,
    1.6,
  );
}

/** Raised cheeks catch the light and bulge over the lower lid. */
function cheek(face: Face, side: Side): string {
  const raised = Math.max(face.unit(6, side), 0.75 * face.unit(12, side));
  const y = 29 - 5.5 * raised;
  const at = (dx: number, dy: number) => face.head.on(side * (38 + dx), y + dy);
  const round = (width: number, height: number) =>
    loop([
      at(-width, 0),
      at(-width * 0.7, -height * 0.7),
      at(0, -height),
      at(width * 0.7, -height * 0.7),
      at(width, 0),
      at(0, height),
    ]);
  const under = [at(-16, 10), at(-4, 15), at(10, 12), at(18, 3)];
  return [
    shape(round(17, 11), face.character.blush, { opacity: 0.24 + 0.24 * raised, blur: 8 }),
    shape(round(10, 6), face.character.skinLight, { opacity: 0.3 + 0.4 * raised, blur: 4 }),
    shape(brush(under, tapered(7)), face.character.skinShade, { opacity: 0.06 + 0.24 * raised, blur: 4 }),
  ].join('');
}

/** Beside and below the lip corner: AU14's dimple, AU15's pouch, AU20's stretch lines. */
function cornerFolds(face: Face, side: Side, corner: Point): string {
  const unit = (number: Parameters<Face['unit']>[0]) => face.unit(number, side);
  const [x, y] = [Math.abs(corner[0]), corner[1]];
  const flip = (points: Point[]) => points.map(([px, py]): Point => [side * px, py]);
  return [
    fold(
      face,
      flip([
        [x + 4.5, y - 5],
        [x + 6.5, y - 0.5],
        [x + 4.5, y + 4],
      ]),
      unit(14) + 0.3 * unit(12),
      2,
    ),
    fold(
      face,
      flip([
        [x + 0.5, y + 0.5],
        [x + 2.6, y + 5],
        [x + 2.2, y + 11],
      ]),
      0.7 * unit(15) + 0.25 * face.character.age,
      1.7,
    ),
    fold(
      face,
      flip([
        [x + 4.5, y - 7],
        [x + 7.5, y],
        [x + 6, y + 9],
      ]),
      0.8 * unit(20),
      1.5,
    ),
    fold(
      face,
      flip([
        [x + 10, y - 6],
        [x + 13.5, y + 1],
        [x + 11.5, y + 11],
      ]),
      0.5 * unit(20) + 0.3 * unit(12),
      1.4,
    ),
  ].join('');
}

/** AU17 pushes the chin boss up and dimples it; the hollow under the lip is always there. */
function chin(face: Face): string {
  const { head, character } = face;
  const lips = lipsOf(face);
  const below = (lips.bottom[2]?.[1] ?? 66) + 3.4;
  const raised = face.unit(17);
  const drop = jawDrop(face) * 0.7;
  const hollow: Point[] = [
    [-14 - 2 * raised, below + 4 * raised],
    [-7, below + 0.5],
    [0, below - 0.6],
    [7, below + 0.5],
    [14 + 2 * raised, below + 4 * raised],
  ];
  const dimples = [
    [-7, 84],
    [-2.5, 80.5],
    [3, 81],
    [7.5, 84.5],
    [0.5, 86.5],
    [-4.5, 88.5],
    [5, 89],
  ].map(([x, y]) => {
    const [px, py] = [x as number, (y as number) - 2 * raised + drop];
    return shape(
      brush([head.on(px - 1.2, py), head.on(px + 1.2, py + 0.8)], tapered(2)),
      character.skinShade,
      { opacity: 0.6 * raised },
    );
  });
  const boss = [-11, 0, 11].map((x) => head.on(x, 84 + drop - 2 * raised - (x === 0 ? 3 : 0)));
  return [
    shape(
      brush(
        hollow.map(([x, y]) => head.on(x, y)),
        tapered(5),
      ),
      character.skinShade,
      { opacity: 0.32 + 0.3 * raised, blur: 2 },
    ),
    shape(
      brush(
        hollow.map(([x, y]) => head.on(x, y)),
        tapered(1.6),
      ),
      character.skinShade,
      { opacity: 0.8 * raised },
    ),
    shape(brush(boss, tapered(10)), character.skinLight, { opacity: 0.28 + 0.2 * raised, blur: 4 }),
    ...dimples,
  ].join('');
}

export function drawFolds(face: Face): string {
  const { upperEdge } = lipsOf(face);
  const drawn =
    sides
      .map((side) => {
        const corner = (side === -1 ? upperEdge[0] : upperEdge.at(-1)) as Point;
        return cheek(face, side) + nasolabial(face, side, corner) + cornerFolds(face, side, corner);
      })
      .join('') + chin(face);
  return `<g clip-path="url(#face)">${drawn}</g>`;
}
