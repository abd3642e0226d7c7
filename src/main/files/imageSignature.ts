/** The first bytes of images, as Latin-1. */
const STARTS = ['\xff\xd8\xff', '\x89PNG', 'GIF8', 'BM', 'II*\0', 'MM\0*', '\0\0\0\x0cJXL ', '\xff\x0a'];
/** The same, of files that begin with a length. */
const LATER = /^....ftyp(avi[fs]|mif1|msf1|hei|hev)|^RIFF....WEBP|^P[1-7][\s#]/s;

/** Bytes that identify an image. */
export const SIGNATURE_BYTES = 16;

/** Whether a file begins as an image does. */
export function beginsLikeImage(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, SIGNATURE_BYTES);
  return LATER.test(start) || STARTS.some((signature) => start.startsWith(signature));
}
