import type { ImageFormat } from './imageHeader.ts';

/** Whether a file that could not be decoded ends before its own structure does. */
export function breaksOff(bytes: Buffer, format: ImageFormat): boolean {
  switch (format) {
    case 'png':
      return pngBreaksOff(bytes);
    case 'webp':
      return bytes.length < bytes.readUInt32LE(4) + 8;
    case 'avif':
      return isobmffBreaksOff(bytes);
    case 'bmp':
    case 'pnm':
      return true; // plain rows of pixels: the one thing that can go wrong after the header
    default:
      return false;
  }
}

function pngBreaksOff(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return false;
  }
  return true;
}

function isobmffBreaksOff(bytes: Buffer): boolean {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    if (size < 8) return false; // to the end, or beyond 4 GiB
    at += size;
  }
  return at !== bytes.length;
}
