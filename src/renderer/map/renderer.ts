import type { MapPoints } from '../../protocol/map.ts';
import type { Viewport } from './viewport.ts';

export type Places = Pick<MapPoints, 'x' | 'y'>;

/** Draws points on a canvas. */
export interface PointRenderer {
  /** @param colours RGBA bytes, four a point */
  paint(colours: Uint8Array): void;
  draw(view: Viewport, pointPixels: number): void;
  dispose(): void;
}
