import type { MapPoints } from '../../protocol/map.ts';
import { formatPercent } from '../ui/wording.ts';
import type { PointKind } from './pointColours.ts';

/** Squares along a side of the map: small compared with a group of images, large enough to hold several. */
const SQUARES = 32;

/**
 * The map in numbers: for each kind, how many images are in squares (a 32nd of the map) where most others are
 * of the same kind, and which kind it is mixed with most.
 */
export function tableOfMap(
  points: MapPoints,
  kinds: readonly PointKind[],
  kindOf: Uint8Array,
  blind: boolean,
): { columns: string[]; rows: (string | number)[][] } {
  const { majorityOf } = squaresOf(points, kinds.length, kindOf);
  const own = new Uint32Array(kinds.length);
  const flagged = new Uint32Array(kinds.length);
  const among = kinds.map(() => new Uint32Array(kinds.length));
  for (let index = 0; index < kindOf.length; index++) {
    const kind = kindOf[index] as number;
    const majority = majorityOf(index);
    flagged[kind] = (flagged[kind] as number) + (points.flagged[index] as number);
    if (majority === kind) own[kind] = (own[kind] as number) + 1;
    else (among[kind] as Uint32Array)[majority] = ((among[kind] as Uint32Array)[majority] as number) + 1;
  }
  const rows = kinds.flatMap(({ title, count }, kind) => {
    if (count === 0) return [];
    const others = among[kind] as Uint32Array;
    const most = others.indexOf(Math.max(...others));
    const mixed = others[most] === 0 ? 'none' : `${kinds[most]?.title} (${others[most]})`;
    const share = formatPercent((own[kind] as number) / count);
    return [[title, count, share, mixed, ...(blind ? [] : [flagged[kind] as number])]];
  });
  const columns = ['kind', 'images', 'near their own kind', 'most often near'];
  return { columns: blind ? columns : [...columns, 'likely wrong'], rows };
}

/** The most common kind of the square that a point is in; of equals the first. */
function squaresOf({ x, y }: Pick<MapPoints, 'x' | 'y'>, kinds: number, kindOf: Uint8Array) {
  const [column, row] = [squareAlong(x), squareAlong(y)];
  const squareOf = (index: number) => row(index) * SQUARES + column(index);
  const counts = new Uint32Array(SQUARES * SQUARES * kinds);
  for (let index = 0; index < kindOf.length; index++) {
    const at = squareOf(index) * kinds + (kindOf[index] as number);
    counts[at] = (counts[at] as number) + 1;
  }
  const majorities = new Uint8Array(SQUARES * SQUARES);
  for (let square = 0; square < majorities.length; square++) {
    const of = counts.subarray(square * kinds, (square + 1) * kinds);
    majorities[square] = of.indexOf(Math.max(...of));
  }
  return { majorityOf: (index: number) => majorities[squareOf(index)] as number };
}

function squareAlong(values: Float32Array): (index: number) => number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const side = (most - least) / SQUARES || 1;
  return (index) => Math.min(SQUARES - 1, Math.floor(((values[index] as number) - least) / side));
}
