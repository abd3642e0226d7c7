import { type Face, jawDrop, sides } from './head.ts';
import { brush, clip, curve, loop, type Point, shape, tapered } from './svg.ts';

/** The silhouette of the face from the crown clockwise; the chin stands forward, so it turns with the face. */
export function faceOutline(face: Face): Point[] {
  const { cheekWidth, jawWidth, chinWidth, faceLength } = face.character;
  const low = faceLength + 0.42 * jawDrop(face) - 1.5 * face.unit(17);
  const wide = 1.5 * face.unit(12);
  const right: [number, number, number][] = [
    [34, -84, 6],
    [58, -58, 10],
    [cheekWidth - 3, -24, 16],
    [cheekWidth, 8, 18],
    [cheekWidth - 5 + wide, 38 + low * 0.2, 20],
    [jawWidth, 64 + low * 0.6, 24],
    [chinWidth + 9, 86 + low, 36],
    [chinWidth - 6, 97 + low, 44],
  ];
  const placed = right.map(([x, y, z]) => face.head.at(x, y, z));
  const mirrored = right.map(([x, y, z]) => face.head.at(-x, y, z)).reverse();
  return [face.head.at(0, -92, 6), ...placed, face.head.at(0, 100 + low, 48), ...mirrored];
}

export function drawNeck(face: Face): string {
  const { head, character } = face;
  const neck = [
    head.at(-36, 60, -20),
    head.at(-37, 92, -14),
    head.at(-48, 128, -6),
    head.at(48, 128, -6),
    head.at(37, 92, -14),
    head.at(36, 60, -20),
  ];
  const shoulders = 'M-20 230L-20 206C20 186 44 188 62 178Q100 204 138 178C156 188 180 186 220 206L220 230Z';
  const tendons = sides.map((side) =>
    shape(
      brush(
        [head.at(side * 30, 90, -8), head.at(side * 22, 112, -4), head.at(side * 14, 128, 0)],
        tapered(4),
      ),
      character.skinShade,
      {
        opacity: 0.15 + 0.55 * face.unit(20, side),
        blur: 1,
      },
    ),
  );
  return [
    shape(`${curve(neck)}Z`, character.skin),
    shape(`${curve(neck)}Z`, character.skinShade, { opacity: 0.5 }),
    ...tendons,
    shape(shoulders, character.clothes),
    shape('M56 181Q100 214 144 181L138 178Q100 204 62 178Z', '#000000', { opacity: 0.18 }),
  ].join('');
}

export function drawEars(face: Face): string {
  const { head, character } = face;
  if (character.hairStyle === 'bob' || character.hairStyle === 'scarf') return '';
  return sides
    .map((side) => {
      const x = character.cheekWidth;
      const at = (dx: number, y: number, z = 2) => head.at(side * (x + dx), y, z);
      const ear = [at(-4, -6), at(5, -12), at(10.5, -4), at(9, 12), at(5, 24), at(-2, 28), at(-8, 14)];
      const fold = [at(-1, -1), at(5, -4), at(6, 6), at(2, 14)];
      const ring = character.earrings;
      const drop = [at(2, 27), at(6.5, 32), at(2, 38), at(-2.5, 32)];
      return [
        shape(loop(ear), character.skin),
        shape(loop(ear), character.skinShade, { opacity: 0.28 }),
        shape(brush(fold, tapered(2.6)), character.skinShade, { opacity: 0.6 }),
        ring === undefined
          ? ''
          : shape(loop(drop), ring) +
            shape(loop([at(2, 30), at(4.5, 32), at(2, 35), at(-0.5, 32)]), '#fff6d8', { opacity: 0.6 }),
      ].join('');
    })
    .join('');
}

/** Skin with the forms every face has: temples, cheekbones, brow ridge, jaw. */
export function drawSkin(face: Face, lightSide: number): string {
  const { head, character } = face;
  const outline = loop(faceOutline(face));
  const inside = { clip: 'face' };
  const dark = lightSide > 0 ? -1 : 1;
  const edge = (side: number) => [
    head.at(side * 66, -40, 14),
    head.at(side * 70, 10, 18),
    head.at(side * 60, 60, 22),
    head.at(side * 26, 100, 40),
  ];
  const forehead = [head.on(-30, -36), head.on(0, -48), head.on(30, -36), head.on(0, -28)];
  const freckles = [
    [-40, 20],
    [-34, 24],
    [-28, 19],
    [-22, 23],
    [-14, 18],
    [-6, 14],
    [6, 15],
    [14, 19],
    [23, 22],
    [29, 18],
    [35, 24],
    [41, 20],
    [-31, 28],
    [32, 29],
    [0, 18],
    [-45, 26],
    [46, 26],
  ];
  return [
    clip('face', outline),
    shape(outline, character.skin),
    shape(brush(edge(dark), tapered(44)), character.skinShade, {
      ...inside,
      opacity: 0.5 * Math.min(1, 0.45 + Math.abs(lightSide)),
      blur: 8,
    }),
    shape(brush(edge(-dark), tapered(22)), character.skinShade, { ...inside, opacity: 0.3, blur: 8 }),
    shape(loop(forehead), character.skinLight, { ...inside, opacity: 0.5, blur: 8 }),
    shape(
      brush(
        edge(-dark).map(([x, y]): Point => [x * 0.86 + 14, y]),
        tapered(12),
      ),
      character.skinLight,
      { ...inside, opacity: 0.45 * Math.abs(lightSide), blur: 8 },
    ),
    ...(character.freckles === true
      ? freckles.map(([x, y]) => {
          const [px, py] = head.on(x as number, y as number);
          return shape(
            loop([
              [px - 1, py],
              [px, py - 0.9],
              [px + 1, py],
              [px, py + 0.9],
            ]),
            '#b4643f',
            { opacity: 0.55 },
          );
        })
      : []),
  ].join('');
}
