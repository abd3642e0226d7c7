/** Bytes at the start of a file, as Latin-1, and the kind of file they identify. */
const SIGNATURES: [start: string, name: string][] = [
  ['%PDF', 'PDF document'],
  ['PK\x03\x04', 'ZIP archive'],
  ['\x1f\x8b', 'gzip archive'],
  ['\x93NUMPY', 'NumPy array'],
  ['version https://git-lfs', 'Git LFS pointer: the image itself was not downloaded'],
];
const UNREADABLE_KINDS: [start: string, name: string][] = [
  ['8BPS', 'Photoshop'],
  ['\xff\x0a', 'JPEG XL'],
  ['\0\0\0\x0cJXL ', 'JPEG XL'],
  ['\0\0\0\x0cjP  ', 'JPEG 2000'],
  ['II+\0', 'BigTIFF'],
  ['MM\0+', 'BigTIFF'],
];
const TEXTS: [start: RegExp, name: string][] = [
  [/^\s*<(!doctype html|html|head|body|script)/i, 'HTML text'],
  [/^\s*(<\?xml[^>]*>\s*)?<svg/i, 'SVG drawing'],
  [/^\s*<\?xml/i, 'XML text'],
  [/^\s*[[{]/, 'JSON text'],
];

/** Describes a file that is none of the images we decode: 'not an image (HTML text)'. */
export function describeForeignFile(bytes: Buffer): string {
  if (bytes.length === 0) return 'empty file';
  const start = bytes.toString('latin1', 0, 512).replace('\xef\xbb\xbf', '');
  const startsWith = ([signature]: [string, string]) => start.startsWith(signature);
  const [, kind] = UNREADABLE_KINDS.find(startsWith) ?? [undefined, isoMediaKind(start)];
  if (kind === 'video') return 'not an image (video)';
  if (kind !== null) return `${kind} images cannot be read; convert it to PNG`;
  const [, name] = SIGNATURES.find(startsWith) ?? TEXTS.find(([text]) => text.test(start)) ?? [];
  if (name !== undefined) return `not an image (${name})`;
  if (bytes.subarray(0, 4096).every((byte) => byte === 0)) return 'not an image (nothing but zeros)';
  return isText(start) ? 'not an image (text)' : 'not an image (unknown content)';
}

/** HEIC, or a video, by the brand of an ISO media file. */
function isoMediaKind(start: string): 'HEIC' | 'video' | null {
  if (start.slice(4, 8) !== 'ftyp') return null;
  return /^(hei|hev|mif1|msf1)/.test(start.slice(8, 12)) ? 'HEIC' : 'video';
}

function isText(start: string): boolean {
  return [...start].every((character) => character >= ' ' || '\t\n\r\f'.includes(character));
}
