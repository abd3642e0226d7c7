import { escapeMarkup } from '../../domain/escapeMarkup.ts';
import type { MapInfo, MapPoints } from '../../protocol/map.ts';
import type { Drawing } from '../ui/plot/saveFigure.ts';
import { formatCount } from '../ui/wording.ts';
import type { PointKind } from './pointColours.ts';
import { type Size, toScreen, type Viewport } from './viewport.ts';

interface Pictured {
  title: string;
  points: Pick<MapPoints, 'x' | 'y'>;
  kinds: readonly PointKind[];
  kindOf: Uint8Array;
  /** Empty where they are not shown. */
  anchors: readonly (MapInfo['anchors'][number] & { colour: string })[];
  view: Viewport;
  size: Size;
  pointPixels: number;
  /** A CSS value as one that is understood outside of the page. */
  resolve: (colour: string) => string;
}

const MARGIN = 16;
const TITLE_HEIGHT = 32;
const LEGEND_WIDTH = 176;
const LEGEND_ROW = 22;

/** The map as it is on the screen, with title, anchors and legend: one path for each kind of point. */
export function pictureOfMap(pictured: Pictured): Drawing {
  const { title, points, kinds, kindOf, anchors, view, size, pointPixels, resolve } = pictured;
  const width = Math.ceil(size.width) + LEGEND_WIDTH + 2 * MARGIN;
  const height = Math.ceil(size.height) + TITLE_HEIGHT + 2 * MARGIN;
  const text = resolve('var(--text)');
  const shown = kinds.map((kind) => ({ ...kind, colour: resolve(kind.colour) }));
  const dots = dotsOf(points, kindOf, kinds.length, view, size);
  const legend = shown.filter(({ count }) => count > 0);
  return {
    width,
    height,
    svg: [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
      ` font-family="system-ui, sans-serif" font-size="12" fill="${text}">`,
      `<rect width="${width}" height="${height}" fill="${resolve('var(--panel)')}"/>`,
      `<text x="${MARGIN}" y="${MARGIN + 14}" font-size="14" font-weight="600">${escapeMarkup(title)}</text>`,
      `<svg x="${MARGIN}" y="${MARGIN + TITLE_HEIGHT}" width="${size.width}" height="${size.height}">`,
      `<g fill="none" stroke-linecap="round" stroke-width="${pointPixels}">`,
      ...shown.map(({ colour }, kind) => (dots[kind] ? `<path stroke="${colour}" d="${dots[kind]}"/>` : '')),
      '</g>',
      ...anchors.map((anchor) => {
        const [x, y] = toScreen(view, size, anchor.x, anchor.y);
        const diamond = `M${x.toFixed(1)} ${(y - 7).toFixed(1)}l6 7l-6 7l-6 -7z`;
        return `<path fill="${resolve(anchor.colour)}" stroke="${text}" stroke-width="1.25" d="${diamond}"/>`;
      }),
      '</svg>',
      ...legend.map(({ title: name, colour, count }, row) => {
        const y = MARGIN + TITLE_HEIGHT + 8 + row * LEGEND_ROW;
        const x = width - LEGEND_WIDTH;
        return (
          `<circle cx="${x + 6}" cy="${y}" r="4" fill="${colour}"/>` +
          `<text x="${x + 18}" y="${y + 4}">${escapeMarkup(name)}</text>` +
          `<text x="${width - MARGIN}" y="${y + 4}" text-anchor="end">${formatCount(count)}</text>`
        );
      }),
      '</svg>',
    ].join(''),
  };
}

/**
 * Lines without length, one for each point, which round ends turn into dots; points off the screen are
 * omitted.
 */
function dotsOf(
  { x, y }: Pick<MapPoints, 'x' | 'y'>,
  kindOf: Uint8Array,
  kinds: number,
  view: Viewport,
  size: Size,
): string[] {
  const dots = Array.from({ length: kinds }, (): string[] => []);
  for (let index = 0; index < kindOf.length; index++) {
    const [left, top] = toScreen(view, size, x[index] as number, y[index] as number);
    if (left < 0 || top < 0 || left > size.width || top > size.height) continue;
    dots[kindOf[index] as number]?.push(`M${left.toFixed(1)} ${top.toFixed(1)}h0`);
  }
  return dots.map((parts) => parts.join(''));
}
