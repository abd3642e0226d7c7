import { type Face, type Side, sides } from './head.ts';
import { blend, brush, clip, cornered, loop, type Point, shape, tapered } from './svg.ts';

const eyeDistance = 30;

/** The edges of one eye's opening from the inner to the outer corner, in head units away from the nose. */
interface Lids {
  upper: Point[];
  lower: Point[];
}

/** AU5 lifts the upper lid, AU6 and AU7 push up the lower one, AU43 lowers the upper onto the lower. */
function lidsOf(face: Face, side: Side): Lids {
  const { eyeWidth: width, eyeOpening, eyeTilt } = face.character;
  const unit = (number: Parameters<Face['unit']>[0]) => face.unit(number, side);
  const oblique = Math.min(unit(1), unit(4) * 1.5);
  const glare = unit(4) * (1 - unit(1)) + 0.6 * unit(9);
  const height =
    eyeOpening * 8.2 +
    5 * unit(5) -
    1.9 * unit(7) -
    1.2 * unit(6) -
    1.1 * unit(9) -
    0.6 * unit(4) * (1 - unit(1));
  const depth = 6.7 * (1 - 0.42 * unit(7)) - 3.2 * unit(6) - 1.3 * unit(9) + 0.5 * unit(5) - 0.8 * unit(12);
  const lower: Point[] = [
    [-0.6, 2 + (depth - 2) * 0.62],
    [-0.05, depth],
    [0.55, depth * 0.82],
  ];
  const closed = Math.min(1, unit(43));
  const upper: Point[] = [
    [-0.6, -height * 0.78 + 2.6 * glare - 0.4 * oblique],
    [-0.05, -height + 0.8 * glare + 0.3 * oblique],
    [0.55, -height * 0.8 + 2.2 * oblique],
  ];
  const place = ([x, y]: Point): Point => [eyeDistance + x * width, y - eyeTilt * (0.5 + x / 2)];
  const inner = place([-1, 2.4 + 0.6 * unit(4)]);
  const outer = place([1, 0.4 + 0.8 * oblique]);
  const lowered = upper.map(([x, y], index): Point => {
    const rest = (lower[index]?.[1] ?? 0) + 0.4;
    return [x, Math.min(rest, y + (rest - y) * closed)];
  });
  return { upper: [inner, ...lowered.map(place), outer], lower: [inner, ...lower.map(place), outer] };
}

function drawBall(face: Face, side: Side, opening: string, name: string): string {
  const { character, head, gaze } = face;
  const x = side * eyeDistance + gaze[0];
  const y = -0.6 + gaze[1];
  const disc = (radius: number, dx = 0, dy = 0) =>
    loop(
      Array.from({ length: 10 }, (_, index): Point => {
        const angle = (index / 10) * 2 * Math.PI;
        return head.on(x + dx + radius * Math.cos(angle), y + dy + radius * Math.sin(angle), -2);
      }),
    );
  const inside = { clip: name };
  const { upper } = lidsOf(face, side);
  const lashShadow = upper.map(([px, py]) => head.on(side * px, py + 1.2));
  return [
    clip(name, opening),
    shape(opening, blend('#f7f4ef', face.character.skinShade, 0.06)),
    shape(disc(8.2), blend(character.iris, '#0b0808', 0.6), inside),
    shape(disc(7.4), character.iris, inside),
    shape(disc(5, 0, 2.3), blend(character.iris, '#ffffff', 0.35), { ...inside, opacity: 0.55, blur: 1 }),
    shape(disc(3.7), '#0c0909', inside),
    shape(brush(lashShadow, tapered(5.5)), '#2a1512', { ...inside, opacity: 0.42, blur: 1 }),
    shape(disc(1.9, 2.4, -2.8), '#ffffff', { ...inside, opacity: 0.95 }),
    shape(disc(0.9, -2.6, 2.6), '#ffffff', { ...inside, opacity: 0.5 }),
  ].join('');
}

/** Socket, lid skin and creases: drawn under the opening. */
function drawLids(face: Face, side: Side, lids: Lids): string {
  const { character, head } = face;
  const unit = (number: Parameters<Face['unit']>[0]) => face.unit(number, side);
  const on = ([x, y]: Point, dx = 0, dy = 0) => head.on(side * (x + dx), y + dy);
  const shade = character.skinShade;
  const frown = unit(4) * (1 - unit(1));
  const gap =
    character.lidCrease * (1 - 0.45 * unit(5)) * (1 - 0.55 * frown) + 2.6 * unit(43) + 1.4 * unit(1);
  const crease = lids.upper.map((point, index) => on(point, index === 0 ? 1 : 0, index === 0 ? -1.4 : -gap));
  const lidSkin = [...lids.upper.map((point) => on(point))].reverse();
  const pouch = 0.22 + 0.5 * unit(6) + 0.38 * unit(7) + 0.35 * unit(9) + 0.2 * character.age;
  const bag = lids.lower.map((point, index) => on(point, 0, index === 0 ? 2.5 : 4.4 - 1.1 * unit(7)));
  const crowsFeet = unit(6) * 0.8 + 0.14 * character.age;
  const outer = lids.upper.at(-1) as Point;
  const feet = [-4.5, 0.2, 4.8].map((rise) =>
    shape(
      brush(
        [on(outer, 2.6, rise * 0.4), on(outer, 6, rise * 0.8 + 0.4), on(outer, 10, rise * 1.5)],
        tapered(1.5),
      ),
      shade,
      { opacity: 0.75 * crowsFeet },
    ),
  );
  const socket = [on([14, -3]), on([30, -14]), on([47, -6]), on([46, 6]), on([30, 10]), on([16, 8])];
  return [
    shape(loop(socket), shade, { opacity: 0.2 + 0.12 * unit(9) + 0.16 * frown, blur: 4 }),
    shape(brush([on([12, -1]), on([17, -9]), on([27, -13.5])], tapered(9)), shade, {
      opacity: 0.2 + 0.42 * frown,
      blur: 2,
    }),
    shape(cornered(crease, lidSkin), blend(character.skin, shade, 0.3), { opacity: 0.85 }),
    shape(brush(crease, tapered(1.7)), shade, { opacity: 0.8 }),
    shape(brush(bag, tapered(3.4)), shade, { opacity: 0.75 * pouch, blur: 1 }),
    shape(brush(bag, tapered(1.2)), shade, { opacity: 0.8 * (pouch - 0.15) }),
    ...feet,
  ].join('');
}

export function drawEyes(face: Face): string {
  return sides
    .map((side) => {
      const lids = lidsOf(face, side);
      const upper = lids.upper.map(([x, y]) => face.head.on(side * x, y));
      const lower = lids.lower.map(([x, y]) => face.head.on(side * x, y));
      const opening = cornered(upper, [...lower].reverse());
      const lash = 1.9 + 1.2 * face.character.lashes;
      const [outerX, outerY] = lids.upper.at(-1) as Point;
      const wing = face.head.on(
        side * (outerX + 1.7 * face.character.lashes + 0.4),
        outerY - 0.8 * face.character.lashes,
      );
      const lashLine = brush(
        [...upper, wing],
        (position) => lash * (0.22 + 0.42 * Math.sin(Math.PI * Math.min(0.86, position))),
      );
      return [
        drawLids(face, side, lids),
        drawBall(face, side, opening, `eye${side}`),
        shape(brush(lower, tapered(1.3)), face.character.skinShade, { opacity: 0.75 }),
        shape(lashLine, '#1d1110'),
      ].join('');
    })
    .join('');
}
