import { type Face, sides } from './head.ts';
import { blend, brush, loop, type Point, shape, tapered } from './svg.ts';

/** AU9 pulls the wings up and flares them, AU10 a little; both deepen the groove behind them. */
export function drawNose(face: Face): string {
  const { character, head } = face;
  const shade = character.skinShade;
  const width = character.noseWidth;
  const tipY = 32 + character.noseLength;
  const parts = sides.map((side) => {
    const lift = 4.6 * face.unit(9, side) + 1.4 * face.unit(10, side);
    const flare = 2 * face.unit(9, side) + 0.8 * face.unit(10, side) + 0.6 * face.unit(12, side);
    const on = (x: number, y: number, z = 0) => head.on(side * x, y, z);
    const wing: Point[] = [
      on(width * 0.72, tipY - 7.5 - lift, 4),
      on(width + flare, tipY - 4.5 - lift, 3),
      on(width + 0.6 + flare, tipY + 0.5 - lift, 3),
      on(width * 0.74 + flare * 0.5, tipY + 3.4 - lift * 0.7, 5),
    ];
    const nostril: Point[] = [
      on(width * 0.3, tipY + 2.4 - lift * 0.25, 9),
      on(width * 0.52, tipY + 0.3 - lift * 0.6, 8),
      on(width * 0.74 + flare * 0.5, tipY + 1.4 - lift * 0.75, 6),
      on(width * 0.55, tipY + 3.2 - lift * 0.4, 8),
    ];
    const bridge = [on(9, -10), on(7, 0), on(7.5, 12), on(width * 0.72, 22)];
    return [
      shape(
        brush(bridge, (position) => 2.4 + 1.6 * position),
        shade,
        { opacity: side === 1 ? 0.22 : 0.13, blur: 2 },
      ),
      shape(
        brush(
          [
            on(width * 0.8, tipY - 9 - lift),
            on(width + 3 + flare, tipY - 3 - lift),
            on(width + 1, tipY + 5 - lift),
          ],
          tapered(6),
        ),
        shade,
        { opacity: 0.26 + 0.25 * face.unit(9, side), blur: 2 },
      ),
      shape(brush(wing, tapered(2)), shade, { opacity: 0.75 }),
      shape(loop(nostril), blend(shade, '#1d0a06', 0.55), { opacity: 0.85 }),
    ].join('');
  });
  const base = [
    head.on(-width * 0.6, tipY + 3.6, 5),
    head.on(0, tipY + 5.2, 9),
    head.on(width * 0.6, tipY + 3.6, 5),
  ];
  const ridge = [head.on(0, -6, 5), head.on(0, 10, 10), head.on(0, 22, 15)];
  const tip = [
    head.on(-4, tipY - 6, 16),
    head.on(0, tipY - 9, 16),
    head.on(4, tipY - 6, 16),
    head.on(0, tipY - 3, 16),
  ];
  const philtrum = [head.on(0, tipY + 8), head.on(0, tipY + 14)];
  return [
    shape(brush(base, tapered(6)), shade, { opacity: 0.34, blur: 2 }),
    shape(brush(ridge, tapered(6.5)), character.skinLight, { opacity: 0.6, blur: 2 }),
    ...parts,
    shape(loop(tip), character.skinLight, { opacity: 0.75, blur: 2 }),
    shape(brush(philtrum, tapered(5)), shade, { opacity: 0.16, blur: 1 }),
  ].join('');
}
