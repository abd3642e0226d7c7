const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/**
 * Size from the frame header.
 *
 * @throws RangeError where the file breaks off before it.
 */
export function jpegDimensions(bytes: Buffer): { width: number; height: number } {
  for (let at = nextMarker(bytes, 2); ; at = nextMarker(bytes, at + 2 + bytes.readUInt16BE(at + 2))) {
    const marker = bytes.readUInt8(at + 1);
    if (isFrameHeader(marker))
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) throw new RangeError('no frame header');
  }
}

/**
 * Whether a JPEG reaches its end marker. Decoders silently fill missing parts with grey, so an interrupted
 * download must be found by its structure. Thumbnails inside segments have end markers of their own, hence no
 * search from the back.
 */
export function jpegIsComplete(bytes: Buffer): boolean {
  let at = 2;
  while (at + 1 < bytes.length) {
    at = bytes.indexOf(0xff, at);
    if (at === -1 || at + 1 >= bytes.length) return false;
    const marker = bytes[at + 1] as number;
    if (marker === END_OF_IMAGE) return true;
    // Fill bytes, stuffed 0xff and restart markers belong to the stream around them.
    if (marker === 0xff) at += 1;
    else if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (at + 3 < bytes.length) at += 2 + bytes.readUInt16BE(at + 2);
    else return false;
  }
  return false;
}

function nextMarker(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes.readUInt8(at) !== 0xff) at += 1;
  while (bytes.readUInt8(at + 1) === 0xff) at += 1;
  return at;
}

/** SOF0 to SOF15, without the tables DHT, JPG and DAC among them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
