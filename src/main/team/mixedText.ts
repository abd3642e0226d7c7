import { isAscii, isUtf8 } from 'node:buffer';

/** Encodings in which a character can have several bytes, as TextDecoder names them. */
const SEVERAL_BYTES = /^(utf|gb|big5|shift_jis|euc|iso-2022)/;
/**
 * Most that two bytes of a character in them are a letter of UTF-8, too: of GBK's usual characters 18 in a hundred, of other encodings'
 * fewer.
 */
const PAIR_BY_CHANCE = 0.2;
/** Chance makes so many lines, or such long ones, UTF-8 in fewer files than this. */
const RARELY = 1e-4;

/** Counts the lines of a text in another encoding that are UTF-8: it was joined from two files. */
export class Utf8Lines {
  readonly #pairByChance: number;
  #rest = '';
  #utf8 = 0;
  #others = 0;
  /** How many of the lines would be UTF-8 by chance. */
  #expected = 0;
  /** Of those that are, the least likely. */
  #leastLikely = 1;

  /** @param encoding as TextDecoder names it */
  constructor(encoding: string) {
    this.#pairByChance = SEVERAL_BYTES.test(encoding) ? PAIR_BY_CHANCE : 0;
  }

  add(chunk: Buffer): void {
    const lines = (this.#rest + chunk.toString('latin1')).split(/[\r\n]/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#count(line);
  }

  /** Whether more of the lines are UTF-8 than chance explains, but not all. */
  areSome(): boolean {
    this.#count(this.#rest);
    this.#rest = '';
    if (this.#others === 0 || this.#utf8 === 0) return false;
    const byLength = this.#leastLikely * (this.#utf8 + this.#others);
    return Math.min(byLength, atLeast(this.#utf8, this.#expected)) < RARELY;
  }

  #count(line: string): void {
    const bytes = Buffer.from(line, 'latin1');
    if (isAscii(bytes)) return;
    const foreign = bytes.reduce((count, byte) => count + Number(byte >= 0x80), 0);
    const byChance = this.#pairByChance ** Math.max(1, foreign / 2);
    this.#expected += byChance;
    if (isUtf8(bytes)) {
      this.#utf8++;
      this.#leastLikely = Math.min(this.#leastLikely, byChance);
    } else this.#others++;
  }
}

/** How likely a Poisson variable of this mean is so large, at most: Chernoff's bound. */
function atLeast(count: number, mean: number): number {
  if (count <= mean) return 1;
  return mean === 0 ? 0 : Math.exp(count - mean - count * Math.log(count / mean));
}
