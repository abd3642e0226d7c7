import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { type DatasetPlace, openRegularFile } from '../../files/index.ts';

/** Encodings without a mark of their own, as TextDecoder calls them, with their names for people. */
const LEGACY_NAMES = {
  gb18030: 'GBK (Chinese)',
  shift_jis: 'Shift-JIS (Japanese)',
  'euc-jp': 'EUC-JP (Japanese)',
  big5: 'Big5 (Chinese)',
  'euc-kr': 'EUC-KR (Korean)',
  'windows-1252': 'Windows-1252 (Western European)',
  'windows-1250': 'Windows-1250 (Central European)',
  'windows-1251': 'Windows-1251 (Cyrillic)',
  'windows-1253': 'Windows-1253 (Greek)',
  'windows-1254': 'Windows-1254 (Turkish)',
  'windows-1255': 'Windows-1255 (Hebrew)',
  'windows-1256': 'Windows-1256 (Arabic)',
  'windows-1257': 'Windows-1257 (Baltic)',
  'windows-1258': 'Windows-1258 (Vietnamese)',
  'koi8-r': 'KOI8-R (Cyrillic)',
} as const;

type LegacyEncoding = keyof typeof LEGACY_NAMES;
const LEGACY = Object.keys(LEGACY_NAMES) as LegacyEncoding[];
/** Two bytes a character, both of them above ASCII as a rule. */
const WIDE = new Set<LegacyEncoding>(['gb18030', 'shift_jis', 'euc-jp', 'big5', 'euc-kr']);

/** How the bytes of a text file encode characters. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | LegacyEncoding;

const SAMPLE_BYTES = 256 * 1024;
const LOOKED_FOR_ZEROS = 4096;
const NO_WORDS: ReadonlySet<string> = new Set();
const FOREIGN = /[^\0-\x7f]+/g;

/** The first bytes of a file, and its size. @throws as openRegularFile */
export async function readStart(
  file: string,
  place: DatasetPlace | null = null,
): Promise<{ bytes: Buffer; sizeBytes: number }> {
  await using handle = await openRegularFile(file, place);
  const { size } = await handle.stat();
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(Math.min(size, SAMPLE_BYTES)) });
  return { bytes: buffer.subarray(0, bytesRead), sizeBytes: size };
}

/** The name of an encoding that was guessed, for people; null for one that is certain. */
export function guessedEncodingName(encoding: string): string | null {
  return LEGACY_NAMES[encoding as LegacyEncoding] ?? null;
}

/**
 * By the byte-order mark, by the zeros of UTF-16, or by whether the start of a file is UTF-8; where none of these tells, a guess.
 * @param words that the text may hold, as foreignWords finds them: with them a guess is good for short texts, too
 */
export function guessEncoding(start: Uint8Array, words: ReadonlySet<string> = NO_WORDS): TextEncoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const wide = guessWide(start);
  if (wide !== null) return wide;
  const text = textIn(start, 'utf-8');
  return text === null || isUtf8ByChance(text, start, words) ? guessLegacy(start, words) : 'utf-8';
}

/** Two bytes of GBK may be a letter of UTF-8: it is none where no name on disk has it, and another encoding is all of such names. */
function isUtf8ByChance(text: string, start: Uint8Array, words: ReadonlySet<string>): boolean {
  const found = foreignWords([text]);
  if (found.size === 0 || words.size === 0 || shareKnown(found, words) > 0) return false;
  const other = textIn(start, guessLegacy(start, words));
  return other !== null && shareKnown(foreignWords([other]), words) === 1;
}

function shareKnown(found: ReadonlySet<string>, words: ReadonlySet<string>): number {
  return [...found].filter((word) => words.has(word)).length / Math.max(1, found.size);
}

/** The parts of names that are not ASCII: what tells encodings apart. */
export function foreignWords(names: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const name of names) for (const [word] of name.matchAll(FOREIGN)) words.add(word.normalize('NFC'));
  return words;
}

/** A name whose bytes are not UTF-8, in each encoding that could have written it. */
export function spellingsOfBytes(bytes: Uint8Array): string[] {
  return LEGACY.flatMap((encoding) => textIn(bytes, encoding) ?? []);
}

/** The bytes of a text. @returns null if this encoding lacks one of its characters */
export function encodeText(text: string, encoding: TextEncoding): Buffer | null {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const bytes = iconv.encode(text, encoding);
  return new TextDecoder(encoding).decode(bytes) === text ? bytes : null;
}

/** UTF-16 without a mark: paths and delimiters are ASCII, so that every other byte of theirs is 0. */
function guessWide(start: Uint8Array): TextEncoding | null {
  const length = Math.min(start.length, LOOKED_FOR_ZEROS) & ~1;
  let [even, odd] = [0, 0];
  for (let at = 0; at < length; at += 2) {
    if (start[at] === 0) even++;
    if (start[at + 1] === 0) odd++;
  }
  if (length < 8 || Math.max(even, odd) < length / 8 || Math.min(even, odd) > length / 200) return null;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

function guessLegacy(start: Uint8Array, words: ReadonlySet<string>): LegacyEncoding {
  const looksWide = inPairs(start);
  const ranks = rankOfDetector(start);
  const guesses = LEGACY.flatMap((encoding) => {
    const text = textIn(start, encoding);
    if (text === null) return [];
    const known = shareKnown(foreignWords([text]), words);
    return [{ encoding, known, fits: WIDE.has(encoding) === looksWide, rank: ranks.get(encoding) ?? -1 }];
  });
  guesses.sort((a, b) => b.known - a.known || Number(b.fits) - Number(a.fits) || b.rank - a.rank);
  return guesses[0]?.encoding ?? 'windows-1252'; // every byte means something in it
}

/**
 * The detector's confidence in each encoding. A text with few letters is taken as Western European unless
 * another is far more likely.
 */
function rankOfDetector(start: Uint8Array): Map<LegacyEncoding, number> {
  const ranks = new Map<LegacyEncoding, number>([['windows-1252', WESTERN_BONUS]]);
  for (const { name, confidence } of analyse(start)) {
    const encoding = ISO_AS_WINDOWS.get(name.toLowerCase()) ?? (name.toLowerCase() as LegacyEncoding);
    if (!LEGACY.includes(encoding)) continue;
    const bonus = encoding === 'windows-1252' ? WESTERN_BONUS : 0;
    ranks.set(encoding, Math.max(ranks.get(encoding) ?? 0, confidence + bonus));
  }
  return ranks;
}

const WESTERN_BONUS = 20;
/** Windows' encodings hold the letters of ISO's, and are what programs save. */
const ISO_AS_WINDOWS = new Map<string, LegacyEncoding>([
  ['iso-8859-1', 'windows-1252'],
  ['iso-8859-2', 'windows-1250'],
  ['iso-8859-5', 'windows-1251'],
  ['iso-8859-7', 'windows-1253'],
  ['iso-8859-8', 'windows-1255'],
  ['iso-8859-6', 'windows-1256'],
  ['iso-8859-9', 'windows-1254'],
]);

/** Whether bytes above ASCII come in pairs, as in the scripts of East Asia, or alone among ASCII letters. */
function inPairs(start: Uint8Array): boolean {
  let [even, odd] = [0, 0];
  for (let at = 0; at < start.length; at++) {
    let run = 0;
    while ((start[at + run] ?? 0) >= 0x80) run++;
    if (run === 0) continue;
    if (run % 2 === 0) even++;
    else odd += run === 1 ? 1 : 0.5; // the second byte of some characters is ASCII
    at += run;
  }
  return even > odd;
}

/** Null where the bytes are no text in this encoding. */
function textIn(bytes: Uint8Array, encoding: TextEncoding): string | null {
  try {
    // `stream`: the sample may end within a character.
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return encoding !== 'utf-8' && /[\u0080-\u009f\ue000-\uf8ff]/.test(text) ? null : text; // controls
  } catch {
    return null;
  }
}
