/**
 * The orientation of an AVIF's picture, numbered as in EXIF, 1 to 8: from the properties `irot` and `imir` of
 * its primary item (ISO/IEC 23008-12, 6.5.10 and 6.5.12), which the native decoder ignores. EXIF within an
 * AVIF has no effect.
 *
 * @throws RangeError if the file is cut off
 */
export function avifOrientation(bytes: Buffer): number {
  const meta = findBox(bytes, 0, bytes.length, 'meta');
  if (meta === null) return 1;
  const inMeta = { from: meta.from + FULL_BOX, to: meta.to };
  const properties = findBox(bytes, inMeta.from, inMeta.to, 'iprp');
  const primary = findBox(bytes, inMeta.from, inMeta.to, 'pitm');
  if (properties === null || primary === null) return 1;
  const list = findBox(bytes, properties.from, properties.to, 'ipco');
  const links = findBox(bytes, properties.from, properties.to, 'ipma');
  if (list === null || links === null) return 1;
  const boxes = [...boxesIn(bytes, list.from, list.to)];
  let orientation = 1;
  for (const index of propertiesOf(bytes, links, primaryItem(bytes, primary))) {
    const box = boxes[index - 1];
    if (box?.type === 'irot') orientation = turn(orientation, bytes.readUInt8(box.from) & 3);
    if (box?.type === 'imir') orientation = mirror(orientation, bytes.readUInt8(box.from) & 1);
  }
  return orientation;
}

interface Box {
  type: string;
  /** Of its content. */
  from: number;
  to: number;
}

/** Version and flags. */
const FULL_BOX = 4;
/** Orientations after a quarter turn against the clock, after an exchange of top and bottom, and of left and right. */
const TURNED = [8, 5, 6, 7, 4, 1, 2, 3];
const TOP_TO_BOTTOM = [4, 3, 2, 1, 8, 7, 6, 5];
const LEFT_TO_RIGHT = [2, 1, 4, 3, 6, 5, 8, 7];

function turn(orientation: number, quarters: number): number {
  let turned = orientation;
  for (let quarter = 0; quarter < quarters; quarter++) turned = TURNED[turned - 1] as number;
  return turned;
}

function mirror(orientation: number, axis: number): number {
  return (axis === 0 ? TOP_TO_BOTTOM : LEFT_TO_RIGHT)[orientation - 1] as number;
}

function* boxesIn(bytes: Buffer, from: number, to: number): Generator<Box> {
  for (let at = from; at + 8 <= to; ) {
    const size = bytes.readUInt32BE(at);
    const header = size === 1 ? 16 : 8;
    const length = size === 0 ? to - at : size === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : size;
    if (length < header) return;
    yield {
      type: bytes.toString('latin1', at + 4, at + 8),
      from: at + header,
      to: Math.min(to, at + length),
    };
    at += length;
  }
}

function findBox(bytes: Buffer, from: number, to: number, type: string): Box | null {
  for (const box of boxesIn(bytes, from, to)) if (box.type === type) return box;
  return null;
}

function primaryItem(bytes: Buffer, { from }: Box): number {
  return bytes.readUInt8(from) === 0
    ? bytes.readUInt16BE(from + FULL_BOX)
    : bytes.readUInt32BE(from + FULL_BOX);
}

/** Places, from 1, of an item's properties, in the order in which they hold. */
function propertiesOf(bytes: Buffer, { from, to }: Box, item: number): number[] {
  const isLong = bytes.readUInt8(from) >= 1;
  const isWide = (bytes.readUInt8(from + 3) & 1) === 1;
  let at = from + FULL_BOX + 4;
  while (at < to) {
    const id = isLong ? bytes.readUInt32BE(at) : bytes.readUInt16BE(at);
    const countAt = at + (isLong ? 4 : 2);
    const count = bytes.readUInt8(countAt);
    const width = isWide ? 2 : 1;
    if (id === item) {
      return Array.from({ length: count }, (_, index) => {
        const place = countAt + 1 + index * width;
        return isWide ? bytes.readUInt16BE(place) & 0x7fff : bytes.readUInt8(place) & 0x7f;
      });
    }
    at = countAt + 1 + count * width;
  }
  return [];
}
