/**
 * Draws the application's icons from the page's own: PNG for Linux, ICO for Windows, ICNS for macOS.
 *
 *   npx node resources/icons/make.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../../test/support/chromium.ts';

const SIDES = [16, 32, 48, 64, 128, 256, 512, 1024];
/** Apple's names of the sizes. */
const ICNS_TYPES: Record<number, string> = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' };
const svg = readFileSync(join(import.meta.dirname, '../../src/renderer/icon.svg'), 'utf8');

const pictures = new Map<number, Buffer>();
const context = await launchChromium();
const page = await context.newPage();
for (const side of SIDES) {
  await page.setViewportSize({ width: side, height: side });
  await page.setContent(
    `<style>body { margin: 0 } svg { display: block; width: ${side}px; height: ${side}px }</style>${svg}`,
  );
  pictures.set(side, await page.screenshot({ omitBackground: true }));
}
await context.close();

const file = (name: string) => join(import.meta.dirname, name);
for (const [side, png] of pictures) writeFileSync(file(`${side}x${side}.png`), png);
writeFileSync(file('icon.ico'), ico([16, 32, 48, 64, 128, 256]));
writeFileSync(file('icon.icns'), icns([128, 256, 512, 1024]));

function pngOf(side: number): Buffer {
  return pictures.get(side) as Buffer;
}

/** A directory of 16 bytes a picture, then the pictures as PNG. */
function ico(sides: number[]): Buffer {
  const header = Buffer.alloc(6 + 16 * sides.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(sides.length, 4);
  let offset = header.length;
  for (const [index, side] of sides.entries()) {
    const at = 6 + 16 * index;
    header.writeUInt8(side % 256, at); // 0 stands for 256
    header.writeUInt8(side % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(pngOf(side).length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += pngOf(side).length;
  }
  return Buffer.concat([header, ...sides.map(pngOf)]);
}

function icns(sides: number[]): Buffer {
  const chunk = (type: string, content: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + content.length, 4);
    return Buffer.concat([head, content]);
  };
  return chunk('icns', Buffer.concat(sides.map((side) => chunk(ICNS_TYPES[side] as string, pngOf(side)))));
}
