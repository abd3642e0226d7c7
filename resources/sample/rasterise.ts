import { Transformer } from '@napi-rs/image';

const size = 192;
const columns = 7;
const rows = 6;
const jpegQuality = 90;

/** Ids are global in a document: each face on a sheet gets its own. */
function placed(svg: string, index: number): string {
  const [x, y] = [(index % columns) * size, Math.floor(index / columns) * size];
  return svg
    .replaceAll(' id="', ` id="face${index}-`)
    .replaceAll('url(#', `url(#face${index}-`)
    .replace('<svg ', `<svg x="${x}" y="${y}" width="${size}" height="${size}" `);
}

/**
 * JPEG files by image name. Many faces are drawn on one sheet and cut out of it, because @napi-rs/image enlarges
 * a small SVG to more than a thousand pixels before it gives it back.
 */
export function rasterised(images: readonly { name: string; svg: string }[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let start = 0; start < images.length; start += columns * rows) {
    const onSheet = images.slice(start, start + columns * rows);
    const faces = onSheet.map((image, index) => placed(image.svg, index)).join('');
    const [width, height] = [columns * size, rows * size];
    const sheet = Transformer.fromSvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${faces}</svg>`,
      '#000000',
    );
    const drawn = sheet.metadataSync();
    if (drawn.width !== width || drawn.height !== height) {
      throw new Error(
        `the sheet came back as ${drawn.width} x ${drawn.height} instead of ${width} x ${height}`,
      );
    }
    const pixels = sheet.pngSync();
    onSheet.forEach((image, index) => {
      const [x, y] = [(index % columns) * size, Math.floor(index / columns) * size];
      files.set(image.name, new Transformer(pixels).crop(x, y, size, size).jpegSync(jpegQuality));
    });
  }
  return files;
}
