import { isUtf8 } from 'node:buffer';
import path from 'node:path';

/**
 * Names of files as text. On Linux a name is bytes; one that is not UTF-8 (from an old archive, or another
 * system) has no text. Its other bytes are then shown as `\xE9`, and so is the backslash of a name that
 * really contains `\xE9`, so that every name has one spelling and every spelling one name.
 */
export function nameFromBytes(bytes: Buffer): string {
  const text = isUtf8(bytes) ? bytes.toString() : textWithEscapes(bytes);
  return LITERAL.test(text) && isUtf8(bytes) ? text.replaceAll(LITERALS, '\\x5C$1') : text;
}

/** Where a file of a folder is, for the file system. @param relative with names as nameFromBytes spells them */
export function pathOnDisk(folder: string, relative: string): string | Buffer {
  const joined = path.join(folder, relative);
  if (!ESCAPED.test(relative) || path.sep === '\\') return joined;
  const bytes: Buffer[] = [Buffer.from(folder), Buffer.from('/')];
  let at = 0;
  for (const match of relative.matchAll(ESCAPES)) {
    bytes.push(Buffer.from(relative.slice(at, match.index)), Buffer.from(match[1] as string, 'hex'));
    at = match.index + match[0].length;
  }
  bytes.push(Buffer.from(relative.slice(at)));
  return Buffer.concat(bytes);
}

/** The bytes of a name, where it is not UTF-8; else null. */
export function foreignBytes(name: string): Buffer | null {
  if (!ESCAPED.test(name)) return null;
  const onDisk = pathOnDisk('', name);
  const bytes = typeof onDisk === 'string' ? null : onDisk.subarray(1);
  return bytes === null || isUtf8(bytes) ? null : bytes;
}

const ESCAPED = /\\x[0-9A-F]{2}/;
const ESCAPES = /\\x([0-9A-F]{2})/g;
/** Text that would be taken for an escape. */
const LITERAL = /\\x[0-9A-F]{2}/;
const LITERALS = /\\(x[0-9A-F]{2})/g;

/** Characters where the bytes are UTF-8, escapes elsewhere. */
function textWithEscapes(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    const part = bytes.subarray(at, at + Math.max(1, length));
    const isLiteral = LITERAL.test(bytes.toString('latin1', at, at + 4));
    if (length === 0 || isLiteral)
      text += `\\x${(bytes[at] as number).toString(16).toUpperCase().padStart(2, '0')}`;
    else text += part.toString();
    at += part.length;
  }
  return text;
}

/** Length in bytes of the character that begins here; 0 if none does. */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const part = bytes.subarray(at, at + length);
  return part.length === length && isUtf8(part) ? length : 0;
}
