import { type Face, jawDrop, sides } from './head.ts';
import { lipsOf } from './mouth.ts';
import { faceOutline } from './skin.ts';
import { blend, brush, cornered, loop, type Point, shape, tapered } from './svg.ts';

/** Beard and moustache follow the lips and the jaw. */
export function drawBeard(face: Face): string {
  const { beard, jawWidth, chinWidth } = face.character;
  if (beard === undefined) return '';
  const { head } = face;
  const lips = lipsOf(face);
  const [leftX, leftY] = lips.top[0] as Point;
  const [rightX, rightY] = lips.top.at(-1) as Point;
  const low = (lips.bottom[2]?.[1] ?? 66) + 5;
  const bow = (lips.top[3]?.[1] ?? 54) - 1.5;
  const drop = jawDrop(face) * 0.6;
  const moustache: Point[] = [
    [leftX - 2, leftY + 1],
    [leftX * 0.75, bow - 2.5],
    [-4, bow - 5],
    [0, bow - 4],
    [4, bow - 5],
    [rightX * 0.75, bow - 2.5],
    [rightX + 2, rightY + 1],
    [rightX * 0.7, bow + 1.5],
    [0, bow + 0.8],
    [leftX * 0.7, bow + 1.5],
  ];
  const place = (points: Point[]) => points.map(([x, y]) => head.on(x, y, 2));
  if (beard.kind === 'stubble') {
    const area = [
      head.on(-58, 34),
      head.on(-34, 50),
      head.on(0, 43),
      head.on(34, 50),
      head.on(58, 34),
      head.at(jawWidth, 66, 24),
      head.at(chinWidth, 98, 42),
      head.at(-chinWidth, 98, 42),
      head.at(-jawWidth, 66, 24),
    ];
    return shape(loop(area), beard.colour, { opacity: 0.26, blur: 4, clip: 'face' });
  }
  if (beard.kind === 'goatee') {
    const tuft: Point[] = [
      [-13, low + 4],
      [0, low + 1],
      [13, low + 4],
      [15, 92 + drop],
      [0, 99 + drop],
      [-15, 92 + drop],
    ];
    const strip = sides.map((side) => {
      const [x, y] = side < 0 ? [leftX, leftY] : [rightX, rightY];
      return shape(
        brush(
          place([
            [x + side * 3, y + 1],
            [x + side * 3, y + 9],
            [side * 13, low + 8],
          ]),
          tapered(5),
        ),
        beard.colour,
        { opacity: 0.7, blur: 1 },
      );
    });
    return (
      shape(loop(place(tuft)), beard.colour, { opacity: 0.85, blur: 1 }) +
      shape(loop(place(moustache)), beard.colour, { opacity: 0.8, blur: 1 }) +
      strip.join('')
    );
  }
  const [halfLeft, halfRight] = [lips.bottom[1] as Point, lips.bottom[3] as Point];
  const outline = faceOutline(face).slice(5, 14);
  const outer = outline.map(
    ([x, y], index): Point => [100 + (x - 100) * 1.03, y + (index > 1 && index < 7 ? 4 : 0)],
  );
  const inner: Point[] = [
    [-60, 22],
    [-50, 42],
    [leftX - 9, leftY - 2],
    [leftX - 3, leftY + 5],
    [halfLeft[0], halfLeft[1] + 2],
    [0, low - 3],
    [halfRight[0], halfRight[1] + 2],
    [rightX + 3, rightY + 5],
    [rightX + 9, rightY - 2],
    [50, 42],
    [60, 22],
  ];
  const strands = Array.from({ length: 26 }, (_, index) => {
    const x = -48 + index * 3.84;
    const top = 70 + drop * 0.5 - Math.abs(x) * 0.34 + ((index * 5) % 7);
    const points = [
      head.on(x, top),
      head.on(x * 0.98 + (index % 3) - 1, top + 7),
      head.on(x * 0.94, top + 13),
    ];
    return shape(brush(points, tapered(1.6)), blend(beard.colour, '#ffffff', 0.25), { opacity: 0.35 });
  });
  return [
    shape(cornered(outer, place(inner)), beard.colour, { opacity: 0.35, blur: 2 }),
    shape(cornered(outer, place(inner)), beard.colour, { opacity: 0.93 }),
    shape(loop(place(moustache)), beard.colour, { opacity: 0.95 }),
    ...strands,
  ].join('');
}

export function drawGlasses(face: Face): string {
  const { glasses, cheekWidth } = face.character;
  if (glasses === undefined) return '';
  const { head } = face;
  const lens = (side: number, grow: number): Point[] =>
    Array.from({ length: 16 }, (_, index): Point => {
      const angle = (index / 16) * 2 * Math.PI;
      const power = glasses.kind === 'square' ? 0.62 : 0.92;
      const bend = (value: number) => Math.sign(value) * Math.abs(value) ** power;
      const [width, height] = glasses.kind === 'square' ? [21, 14.5] : [19.5, 17.5];
      return head.on(
        side * 30 + (width + grow) * bend(Math.cos(angle)),
        2 + (height + grow) * bend(Math.sin(angle)),
        7,
      );
    });
  const frames = sides.map((side) => {
    const ring = `${loop(lens(side, 1.2))}${loop(lens(side, -1.2))}`;
    const glint = [head.on(side * 30 - 13, -4, 7), head.on(side * 30 - 9, -9, 7)];
    const temple = [head.on(side * 50.5, -3, 6), head.at(side * (cheekWidth + 1), -3, 16)];
    return [
      shape(loop(lens(side, 0)), '#dff1ff', { opacity: 0.08 }),
      shape(
        brush(temple, () => 1.4),
        glasses.colour,
      ),
      `<path d="${ring}" fill="${glasses.colour}" fill-rule="evenodd"/>`,
      shape(brush(glint, tapered(2)), '#ffffff', { opacity: 0.5 }),
    ].join('');
  });
  const bridge = [head.on(-10, -1, 9), head.on(0, -4, 12), head.on(10, -1, 9)];
  return (
    frames.join('') +
    shape(
      brush(bridge, () => 1.3),
      glasses.colour,
    )
  );
}
