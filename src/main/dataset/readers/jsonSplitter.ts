/** The bytes of an item of a list, with their position. */
export interface JsonSpan {
  /** Name of the top-level member that it belongs to, as it is written; '' if the file itself is the list. */
  list: string;
  /** Of the members of an object, name and colon come first. */
  inObject: boolean;
  bytes: Buffer;
  /** Bytes of the file, without surrounding white space. */
  start: number;
  end: number;
  /** Line of its start, from 1. */
  line: number;
}

/** What is not JSON, and on which line. */
export class JsonSyntaxError extends Error {
  readonly line: number;

  constructor(problem: string, line: number) {
    super(problem);
    this.line = line;
  }
}

const [TAB, NEWLINE, RETURN, SPACE, QUOTE, COMMA, COLON] = [0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x3a];
const [OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5c, 0x5d, 0x7b, 0x7d];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const LONGEST_ITEM = 64 * 2 ** 20;

type State = 'start' | 'name' | 'in-name' | 'colon' | 'value' | 'scalar' | 'items' | 'after-value' | 'end';

/**
 * Splits a JSON file into the items of its lists (or members of the objects) at the top level as its bytes
 * arrive, with one item in memory. It looks only at brackets, strings and commas: the item's reader checks
 * its content. (A streaming parser gives values without their positions, which are needed to write a file
 * back byte for byte.)
 */
export class JsonSplitter {
  readonly #wanted: (list: string) => boolean;
  #state: State = 'start';
  #place = 0;
  #line = 1;
  #isObjectFile = false;
  #list = '';
  #closing = 0;
  #isWanted = true;
  #escaped = false;
  /** Of the item or value that is open: brackets, and whether a string is. */
  #depth = 0;
  #inString = false;
  #isEmptyList = true;
  #start = -1;
  #startLine = 0;
  /** The beginning of the open item or name in earlier chunks. */
  #kept: Buffer[] = [];
  #keptBytes = 0;

  /** @param wanted lists by name; others are skipped */
  constructor(wanted: (list: string) => boolean) {
    this.#wanted = wanted;
  }

  /** The items that end in these bytes. @throws JsonSyntaxError */
  *write(chunk: Buffer): Generator<JsonSpan> {
    let from = this.#start === -1 ? -1 : 0; // of the open item or name in this chunk
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#state === 'items') {
        if (this.#inString) {
          at = this.#passString(chunk, at);
          continue;
        }
        const isEnd = this.#depth === 0 && (byte === COMMA || byte === this.#closing);
        if (isEnd) {
          const item = this.#endItem(chunk, from, at, byte);
          from = -1;
          if (item !== null) yield item;
        } else if (!this.#isSpace(byte)) {
          if (this.#start === -1) {
            from = at;
            this.#begin(at);
          }
          if (byte === QUOTE) this.#inString = true;
          else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth++;
          else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#depth--;
          if (this.#depth < 0) throw this.#unexpected(byte, 'a value');
        }
      } else if (this.#state === 'in-name') {
        at = this.#passString(chunk, at);
        if (this.#inString) continue;
        this.#list = unquoted(this.#taken(chunk, from, at + 1));
        this.#state = 'colon';
        from = -1;
      } else if (!this.#isSpace(byte) && !this.#isByteOrderMark(byte, at)) {
        if (this.#step(byte, at)) from = at;
      }
    }
    if (this.#start !== -1) this.#keep(chunk, from);
    this.#place += chunk.length;
  }

  /** @throws JsonSyntaxError where the file ends too early */
  end(): void {
    if (this.#state !== 'end') throw new JsonSyntaxError('the file is truncated', this.#line);
  }

  /** Outside of lists. @returns whether a name begins here */
  #step(byte: number, at: number): boolean {
    switch (this.#state) {
      case 'start':
        if (byte === OPEN_LIST) this.#openList('', CLOSE_LIST);
        else if (byte === OPEN_OBJECT) {
          this.#isObjectFile = true;
          this.#state = 'name';
        } else throw this.#unexpected(byte, 'a list or an object');
        return false;
      case 'name':
        if (byte === CLOSE_OBJECT) this.#state = 'end';
        else if (byte !== QUOTE) throw this.#unexpected(byte, 'a name');
        else {
          this.#begin(at);
          this.#state = 'in-name';
          this.#inString = true;
          return true;
        }
        return false;
      case 'colon':
        if (byte !== COLON) throw this.#unexpected(byte, 'a colon');
        this.#state = 'value';
        return false;
      case 'value':
        if (byte === OPEN_LIST) this.#openList(this.#list, CLOSE_LIST);
        else if (byte === OPEN_OBJECT) this.#openList(this.#list, CLOSE_OBJECT);
        else {
          this.#inString = byte === QUOTE;
          this.#state = 'scalar';
        }
        return false;
      case 'scalar':
        this.#passScalar(byte);
        return false;
      case 'after-value':
        if (byte !== COMMA && byte !== CLOSE_OBJECT) throw this.#unexpected(byte, 'a comma');
        this.#state = byte === COMMA ? 'name' : 'end';
        return false;
      default:
        throw this.#unexpected(byte, 'the end of the file');
    }
  }

  #passScalar(byte: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
    } else if (byte === COMMA) this.#state = 'name';
    else if (byte === CLOSE_OBJECT) this.#state = 'end';
  }

  /** Continues in an open string. @returns the position of its end, or of the chunk's last byte */
  #passString(chunk: Buffer, from: number): number {
    // The opening quotation mark of a name was passed in the step before.
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        this.#inString = false;
        return at;
      } else if (byte === NEWLINE) this.#line++;
    }
    return chunk.length - 1;
  }

  #openList(list: string, closing: number): void {
    this.#list = list;
    this.#closing = closing;
    this.#isWanted = this.#wanted(list);
    this.#isEmptyList = true;
    this.#depth = 0;
    this.#state = 'items';
  }

  #endItem(chunk: Buffer, from: number, at: number, byte: number): JsonSpan | null {
    const isEmpty = this.#start === -1;
    const isEnd = byte === this.#closing;
    if (isEmpty && !(isEnd && this.#isEmptyList)) throw this.#unexpected(byte, 'a value');
    this.#isEmptyList = false;
    if (isEnd) this.#state = this.#isObjectFile ? 'after-value' : 'end';
    if (isEmpty) return null;
    const start = this.#start;
    if (!this.#isWanted) {
      this.#start = -1;
      return null;
    }
    const bytes = trimmedEnd(this.#taken(chunk, from, at));
    const { list: name, startLine: line } = { list: this.#list, startLine: this.#startLine };
    return {
      list: name,
      inObject: this.#closing === CLOSE_OBJECT,
      bytes,
      start,
      end: start + bytes.length,
      line,
    };
  }

  #begin(at: number): void {
    this.#start = this.#place + at;
    this.#startLine = this.#line;
  }

  /** The open item, up to its end here. */
  #taken(chunk: Buffer, from: number, to: number): Buffer {
    const last = chunk.subarray(Math.max(0, from), to);
    const all = this.#kept.length === 0 ? last : Buffer.concat([...this.#kept, last]);
    this.#start = -1;
    this.#kept = [];
    this.#keptBytes = 0;
    return all;
  }

  #keep(chunk: Buffer, from: number): void {
    if (this.#state === 'items' && !this.#isWanted) return;
    const part = chunk.subarray(Math.max(0, from));
    this.#keptBytes += part.length;
    if (this.#keptBytes > LONGEST_ITEM) {
      throw new JsonSyntaxError('an item is over 64 MiB', this.#startLine);
    }
    this.#kept.push(Buffer.from(part));
  }

  #isSpace(byte: number): boolean {
    if (byte === NEWLINE) this.#line++;
    return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
  }

  #isByteOrderMark(byte: number, at: number): boolean {
    return this.#state === 'start' && byte === BYTE_ORDER_MARK[this.#place + at];
  }

  #unexpected(byte: number, expected: string): JsonSyntaxError {
    const isText = byte !== 0 && byte < 0x80;
    return new JsonSyntaxError(
      isText ? `it is not JSON (${expected} was expected)` : 'it is not in UTF-8',
      this.#line,
    );
  }
}

/**
 * The meaning of a name; anything that is not a JSON string stays as written, and never matches a requested
 * name.
 */
function unquoted(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function trimmedEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && [SPACE, NEWLINE, RETURN, TAB].includes(bytes[end - 1] as number)) end--;
  return bytes.subarray(0, end);
}
