import type { HairStyle } from './characters.ts';
import type { Face } from './head.ts';
import { blend, brush, cornered, loop, type Point, sampled, shape, tapered } from './svg.ts';

/** Half of a hairline from the middle outwards, or of the hair's outer edge from the top; mirrored when drawn. */
type Half = readonly Point[];

interface Cut {
  /** Outer edge of the hair seen from the front. */
  outer: Half;
  /** Where the hair ends and the forehead begins, on the viewer's right and, if it differs, on the left. */
  line: Half;
  leftLine?: Half;
  /** What hangs or stands behind the head. */
  back?: Half;
}

const cuts: Record<Exclude<HairStyle, 'scarf'>, Cut> = {
  bob: {
    outer: [
      [0, -104],
      [40, -96],
      [66, -66],
      [76, -22],
      [78, 30],
      [74, 66],
      [62, 74],
    ],
    line: [
      [0, -33],
      [18, -32],
      [36, -33],
      [47, -37],
      [55, -24],
      [59, 10],
      [58, 44],
      [60, 66],
    ],
    back: [
      [0, -100],
      [48, -88],
      [76, -40],
      [82, 20],
      [80, 74],
      [50, 90],
      [0, 90],
    ],
  },
  short: {
    outer: [
      [0, -104],
      [40, -98],
      [66, -72],
      [74, -36],
      [72, -4],
    ],
    line: [
      [0, -55],
      [20, -58],
      [38, -54],
      [50, -44],
      [57, -28],
      [63, -24],
      [66, 6],
    ],
    leftLine: [
      [0, -55],
      [18, -53],
      [36, -48],
      [52, -40],
      [57, -28],
      [63, -24],
      [66, 6],
    ],
  },
  fade: {
    outer: [
      [0, -95],
      [36, -89],
      [60, -64],
      [69, -30],
      [69, -2],
    ],
    line: [
      [0, -56],
      [24, -56],
      [44, -53],
      [53, -46],
      [56, -30],
      [64, -27],
      [66, 2],
    ],
  },
  tousled: {
    outer: [
      [0, -112],
      [20, -106],
      [38, -108],
      [58, -88],
      [74, -74],
      [76, -40],
      [80, -20],
      [72, 2],
    ],
    line: [
      [0, -50],
      [20, -52],
      [40, -48],
      [54, -38],
      [60, -16],
      [66, 6],
    ],
  },
  afro: {
    outer: [
      [0, -116],
      [34, -112],
      [62, -94],
      [82, -62],
      [88, -26],
      [80, 6],
    ],
    line: [
      [0, -53],
      [10, -55],
      [20, -53],
      [32, -53],
      [44, -48],
      [54, -38],
      [60, -20],
      [66, 4],
    ],
    back: [
      [0, -118],
      [50, -106],
      [86, -66],
      [94, -16],
      [82, 30],
      [40, 40],
      [0, 40],
    ],
  },
  bun: {
    outer: [
      [0, -98],
      [38, -92],
      [62, -68],
      [72, -32],
      [70, 2],
    ],
    line: [
      [0, -58],
      [20, -57],
      [40, -50],
      [54, -36],
      [60, -14],
      [66, 8],
    ],
    leftLine: [
      [0, -58],
      [14, -56],
      [34, -46],
      [52, -34],
      [60, -14],
      [66, 8],
    ],
    back: [
      [0, -132],
      [26, -126],
      [34, -108],
      [24, -92],
      [0, -88],
    ],
  },
  waves: {
    outer: [
      [0, -108],
      [30, -108],
      [58, -92],
      [76, -62],
      [78, -26],
      [74, 4],
    ],
    line: [
      [0, -40],
      [14, -48],
      [30, -52],
      [46, -44],
      [56, -26],
      [62, -10],
      [66, 8],
    ],
    leftLine: [
      [0, -40],
      [12, -35],
      [26, -33],
      [42, -37],
      [54, -26],
      [61, -10],
      [66, 8],
    ],
  },
};

export function drawHairBehind(face: Face): string {
  const { character, head } = face;
  if (character.hairStyle === 'scarf') {
    const drape: Half = [
      [0, -104],
      [50, -92],
      [80, -44],
      [86, 20],
      [82, 70],
      [88, 120],
      [0, 150],
    ];
    return mirrored(face, drape, -14, blend(character.scarf ?? '#2c8086', '#000000', 0.28));
  }
  const { back } = cuts[character.hairStyle];
  if (back === undefined) return '';
  const depth = character.hairStyle === 'bun' ? 0 : -24;
  return (
    mirrored(face, back, depth, blend(character.hair, '#000000', 0.22)) +
    (character.hairStyle === 'bun'
      ? shape(
          brush([head.at(-20, -112, 0), head.at(0, -122, 0), head.at(20, -110, 0)], tapered(3)),
          '#ffffff',
          { opacity: 0.25 },
        )
      : '')
  );
}

function mirrored(face: Face, half: Half, depth: number, colour: string): string {
  const right = half.map(([x, y]) => face.head.at(x, y, depth));
  const left = half.filter(([x]) => x !== 0).map(([x, y]) => face.head.at(-x, y, depth));
  return shape(loop([...right, ...left.reverse()]), colour);
}

const scarfLine: Half = [
  [0, -52],
  [26, -50],
  [46, -38],
  [56, -10],
  [55, 26],
  [46, 57],
  [33, 80],
  [16, 97],
];

/** Where hair or scarf borders the face, from the viewer's left to the right. */
function hairline(face: Face): Point[] {
  const { hairStyle } = face.character;
  const cut: Pick<Cut, 'line' | 'leftLine'> = hairStyle === 'scarf' ? { line: scarfLine } : cuts[hairStyle];
  const line = (side: number, half: Half) => half.map(([x, y]) => face.head.on(side * x, y, 2));
  return [...line(-1, cut.leftLine ?? cut.line).reverse(), ...line(1, cut.line).slice(1)];
}

/** What hair or scarf casts on the skin beside it. */
export function drawHairShadow(face: Face): string {
  const below = hairline(face).map(([x, y]): Point => [x, y + 4]);
  return shape(brush(below, tapered(9)), face.character.skinShade, { opacity: 0.4, blur: 2, clip: 'face' });
}

export function drawHair(face: Face): string {
  const { character, head } = face;
  if (character.hairStyle === 'scarf') return drawScarf(face);
  const cut = cuts[character.hairStyle];
  const outer = (side: number) => cut.outer.map(([x, y]) => head.at(side * x, y, 14));
  const edge = hairline(face);
  const crown = [...outer(1).reverse(), ...outer(-1).slice(1)];
  const strands = [-1, 1].flatMap((side) => {
    const half = sampled(side < 0 ? (cut.leftLine ?? cut.line) : cut.line, 4);
    return Array.from({ length: 12 }, (_, index) => {
      const [x, y] = half[Math.floor(((index + 0.5) / 12) * half.length)] as Point;
      const tip = head.on(side * (x + (index % 3)), y - 2, 3);
      const middle = head.at(side * (x * 1.06 + 3), y * 0.45 - 48, 52 - x * 0.45);
      const root = head.at(side * (x * 0.85 + 2), -100 + x * 0.5, 20);
      const tone =
        index % 2 === 0 ? blend(character.hair, '#ffffff', 0.24) : blend(character.hair, '#000000', 0.35);
      return shape(brush([root, middle, tip], tapered(2 + (index % 3))), tone, { opacity: 0.42, blur: 1 });
    });
  });
  const curls = character.hairStyle === 'afro' || character.hairStyle === 'fade';
  return [
    shape(cornered(crown, edge), character.hair),
    shape(
      brush([head.at(-46, -74, 30), head.at(-16, -86, 40), head.at(24, -84, 40)], tapered(11)),
      blend(character.hair, '#ffffff', 0.42),
      { opacity: 0.45, blur: 4 },
    ),
    curls ? curlsOf(face) : strands.join(''),
    character.hairStyle === 'tousled' ? locksOf(face) : '',
  ].join('');
}

/** Overlapping locks swept to one side, falling over the forehead. */
function locksOf(face: Face): string {
  const { character, head } = face;
  const tips: Half = [
    [-58, -16],
    [-52, -30],
    [-40, -36],
    [-28, -36],
    [-15, -40],
    [-2, -38],
    [12, -43],
    [26, -42],
    [40, -40],
    [52, -30],
    [60, -14],
  ];
  return tips
    .map(([x, y], index) => {
      const root = head.at(x * 0.7 + 12, -88, 40);
      const middle = head.on(x * 0.95 + 8, y - 24, 6);
      const tip = head.on(x, y, 3);
      const tone = blend(
        character.hair,
        index % 2 === 0 ? '#ffffff' : '#000000',
        index % 2 === 0 ? 0.08 : 0.1,
      );
      return shape(
        brush([root, middle, tip], (position) => 10 * (1 - position) ** 0.7 + 0.4),
        tone,
      );
    })
    .join('');
}

/** Short curls, as little arcs over the crown. */
function curlsOf(face: Face): string {
  const { character, head } = face;
  const big = character.hairStyle === 'afro';
  return Array.from({ length: 70 }, (_, index) => {
    const angle = ((index * 137.5) % 180) * (Math.PI / 180);
    const radius = 64 + ((index * 29) % (big ? 44 : 20));
    const [x, y] = [-Math.cos(angle) * radius * 0.8, -Math.sin(angle) * radius * 0.86 - (big ? 14 : 16)];
    if (y > -58 && Math.abs(x) < 60) return '';
    const size = big ? 3 : 1.6;
    const arc = [head.at(x - size, y, 14), head.at(x, y - size, 14), head.at(x + size, y, 14)];
    return shape(brush(arc, tapered(1.6)), blend(character.hair, '#ffffff', 0.28), { opacity: 0.5 });
  }).join('');
}

function drawScarf(face: Face): string {
  const { head, character } = face;
  const cloth = character.scarf ?? '#2c8086';
  const inner = hairline(face);
  const outerHalf: Half = [
    [0, -102],
    [44, -94],
    [70, -62],
    [78, -16],
    [76, 36],
    [66, 84],
    [46, 112],
    [0, 122],
  ];
  const outer = [
    ...outerHalf.map(([x, y]) => head.at(x, y, 4)),
    ...outerHalf
      .slice(1, -1)
      .map(([x, y]) => head.at(-x, y, 4))
      .reverse(),
  ];
  const chin = [
    head.on(-16, 98, 3),
    head.at(0, 104 + 10 * (face.unit(26) + 1.6 * face.unit(27)), 46),
    head.on(16, 98, 3),
  ];
  const ring = `${loop(outer)}${loop([...inner, ...chin.slice(1, 2)])}`;
  const pleat = (points: Point[], dark: boolean, width: number) =>
    shape(brush(points, tapered(width)), dark ? '#000000' : '#ffffff', {
      opacity: dark ? 0.2 : 0.16,
      blur: 1,
    });
  return [
    `<path d="${ring}" fill="${cloth}" fill-rule="evenodd"/>`,
    pleat([head.at(-30, -92, 10), head.at(-60, -50, 6), head.at(-68, 20, 4), head.at(-52, 90, 8)], true, 5),
    pleat([head.at(-10, -98, 20), head.at(-50, -66, 20), head.at(-62, 0, 10), head.at(-58, 60, 8)], false, 5),
    pleat([head.at(30, -94, 10), head.at(60, -50, 6), head.at(69, 20, 4), head.at(54, 90, 8)], true, 5),
    pleat([head.at(-40, 104, 10), head.at(0, 116, 20), head.at(44, 100, 10)], true, 5),
    pleat(inner, false, 2.4),
  ].join('');
}
