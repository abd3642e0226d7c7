import type { Places, PointRenderer } from './renderer.ts';

/** Points written as pixels, without a graphics card. */
export function createPixelRenderer(canvas: HTMLCanvasElement, { x, y }: Places): PointRenderer {
  const context = canvas.getContext('2d');
  let colours: Uint32Array = new Uint32Array(x.length);
  let image: ImageData | null = null;
  return {
    paint(bytes) {
      colours = new Uint32Array(bytes.buffer, bytes.byteOffset, x.length);
    },
    draw(view, pointPixels) {
      const { width, height } = canvas;
      if (context === null || width === 0 || height === 0) return;
      if (image?.width !== width || image.height !== height) image = context.createImageData(width, height);
      const pixels = new Uint32Array(image.data.buffer);
      pixels.fill(0);
      const disc = discOf(pointPixels * devicePixelRatio);
      const inner = Int32Array.from(
        disc.rows.flatMap(({ down, from, to }) =>
          Array.from({ length: to - from }, (_, right) => down * width + from + right),
        ),
      );
      const scale = view.scale * devicePixelRatio;
      const { radius } = disc;
      for (let index = 0; index < x.length; index++) {
        const middleX = Math.round(((x[index] as number) - view.centreX) * scale + width / 2);
        const middleY = Math.round(((y[index] as number) - view.centreY) * scale + height / 2);
        if (middleX < -radius || middleX > width + radius) continue;
        if (middleY < -radius || middleY > height + radius) continue;
        const colour = colours[index] as number;
        // Nearly all points are off the edge; single writes are several times as fast as filling their short rows.
        if (middleX >= radius && middleX < width - radius && middleY >= radius && middleY < height - radius) {
          const middle = middleY * width + middleX;
          for (let at = 0; at < inner.length; at++) pixels[middle + (inner[at] as number)] = colour;
          continue;
        }
        for (const { down, from, to } of disc.rows) {
          const row = middleY + down;
          if (row < 0 || row >= height) continue;
          const start = row * width;
          pixels.fill(
            colour,
            start + Math.min(width, Math.max(0, middleX + from)),
            start + Math.min(width, Math.max(0, middleX + to)),
          );
        }
      }
      context.putImageData(image, 0, 0);
    },
    dispose: () => {},
  };
}

interface Disc {
  radius: number;
  /** Pixels of each row from the middle: [from, to). */
  rows: { down: number; from: number; to: number }[];
}

function discOf(diameter: number): Disc {
  const radius = Math.max(1, Math.round(diameter)) / 2;
  const rows = Array.from({ length: 2 * radius }, (_, row) => {
    const down = row - radius + 0.5;
    const half = Math.max(0.5, Math.round(Math.sqrt(Math.max(0, radius * radius - down * down))));
    return { down: Math.floor(down), from: Math.floor(-half), to: Math.ceil(half) };
  });
  return { radius: Math.ceil(radius), rows };
}
