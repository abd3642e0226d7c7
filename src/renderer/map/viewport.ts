/** The visible part of the map: the map's point in the middle, and pixels per unit of the map. */
export interface Viewport {
  centreX: number;
  centreY: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

const MARGIN_PIXELS = 32;
const MOST_ZOOM = 400;

/** All points within the screen, with a margin. */
export function fitViewport(x: Float32Array, y: Float32Array, { width, height }: Size): Viewport {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let index = 0; index < x.length; index++) {
    left = Math.min(left, x[index] as number);
    right = Math.max(right, x[index] as number);
    top = Math.min(top, y[index] as number);
    bottom = Math.max(bottom, y[index] as number);
  }
  if (x.length === 0) return { centreX: 0, centreY: 0, scale: 1 };
  const scale = Math.min(
    Math.max(1, width - 2 * MARGIN_PIXELS) / Math.max(right - left, 1e-6),
    Math.max(1, height - 2 * MARGIN_PIXELS) / Math.max(bottom - top, 1e-6),
  );
  return { centreX: (left + right) / 2, centreY: (top + bottom) / 2, scale: Math.min(scale, MOST_ZOOM) };
}

export function toScreen(view: Viewport, { width, height }: Size, x: number, y: number): [number, number] {
  return [(x - view.centreX) * view.scale + width / 2, (y - view.centreY) * view.scale + height / 2];
}

export function toMap(view: Viewport, { width, height }: Size, x: number, y: number): [number, number] {
  return [(x - width / 2) / view.scale + view.centreX, (y - height / 2) / view.scale + view.centreY];
}

/** Moves the visible part by pixels of the screen. */
export function panViewport(view: Viewport, right: number, down: number): Viewport {
  return { ...view, centreX: view.centreX - right / view.scale, centreY: view.centreY - down / view.scale };
}

/** Moves as little as is needed to have a point of the map on the screen, off its edge. */
export function revealPoint(view: Viewport, size: Size, x: number, y: number): Viewport {
  const [right, down] = toScreen(view, size, x, y);
  const within = (place: number, length: number) =>
    Math.max(MARGIN_PIXELS, Math.min(length - MARGIN_PIXELS, place));
  return panViewport(view, within(right, size.width) - right, within(down, size.height) - down);
}

/** Enlarges by a factor; the map's point under (x, y) of the screen stays there. */
export function zoomViewport(view: Viewport, size: Size, factor: number, x: number, y: number): Viewport {
  const scale = Math.min(MOST_ZOOM * 20, Math.max(0.01, view.scale * factor));
  const [mapX, mapY] = toMap(view, size, x, y);
  return {
    scale,
    centreX: mapX - (x - size.width / 2) / scale,
    centreY: mapY - (y - size.height / 2) / scale,
  };
}
