import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { damaged } from './damaged.ts';
import type { FolderListing } from './folderListing.ts';
import type { ByteSpan, ListPlace } from './layout.ts';
import { type ByteOffsets, lineAt, readWholeText } from './wholeText.ts';

/** An item of a list in a JSON file, with where it stands. */
export interface JsonItem {
  /** Name of the top-level member that it belongs to; '' where the file itself is the list. */
  list: string;
  /** Its name within that member, where that is an object; else ''. */
  name: string;
  /** Its tree; offsets count from `valueStart`. */
  node: Node;
  valueStart: number;
  /** Characters of the item in the text, its name among them. */
  start: number;
  end: number;
  /** Of the items before and after it in the same list; null where there is none. */
  previousEnd: number | null;
  nextStart: number | null;
}

/** jsonc-parser's SyntaxKind, a const enum that cannot be imported where types are stripped. */
const TOKEN = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  string: 10,
  unknown: 16,
  end: 17,
} as const;

const DISALLOW_ALL = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };
const JSON_ERRORS: Partial<Record<string, string>> = {
  CloseBraceExpected: '"}" expected',
  CloseBracketExpected: '"]" expected',
};

/** A JSON file whose lists are walked item by item: a tree of the whole file would take gigabytes. */
export class JsonFile {
  readonly text: string;
  readonly #listing: FolderListing;
  readonly #file: string;

  private constructor(listing: FolderListing, file: string, text: string) {
    this.#listing = listing;
    this.#file = file;
    this.text = text;
  }

  static async read(listing: FolderListing, file: string): Promise<JsonFile> {
    return new JsonFile(listing, file, await readWholeText(listing, file));
  }

  /** An error that names the line of a character. */
  fail(problem: string, offset: number): Error {
    return damaged(this.#listing, this.#file, lineAt(this.text, offset), problem);
  }

  /**
   * The items of the lists (or members of the objects) at the top, or of the file that is a list itself.
   * @throws AppError `table-invalid` with the line of what is no JSON
   */
  *items(): Generator<JsonItem> {
    const scanner = createScanner(this.text, true);
    let token: number = scanner.scan();
    if (token === TOKEN.unknown && this.text.startsWith('\ufeff')) token = scanner.scan();
    if (token === TOKEN.openBracket) {
      yield* this.#members(scanner, '', TOKEN.closeBracket);
    } else if (token === TOKEN.openBrace) {
      for (token = scanner.scan(); token !== TOKEN.closeBrace; token = scanner.scan()) {
        if (token === TOKEN.comma) continue;
        if (token !== TOKEN.string) throw this.#unexpected(scanner, 'a name');
        const list = scanner.getTokenValue();
        if (scanner.scan() !== TOKEN.colon) throw this.#unexpected(scanner, 'a colon');
        const opening = scanner.scan();
        if (opening === TOKEN.openBracket) yield* this.#members(scanner, list, TOKEN.closeBracket);
        else if (opening === TOKEN.openBrace) yield* this.#members(scanner, list, TOKEN.closeBrace);
        else this.#skipValue(scanner, opening);
      }
    } else throw this.#unexpected(scanner, 'a list or an object');
    if (scanner.scan() !== TOKEN.end) throw this.#unexpected(scanner, 'the end of the file');
  }

  *#members(scanner: Scanner, list: string, closing: number): Generator<JsonItem> {
    let pending = null as JsonItem | null;
    let needsComma = false;
    for (;;) {
      let token: number = scanner.scan();
      if (token === closing) break;
      if (needsComma) {
        if (token !== TOKEN.comma) throw this.#unexpected(scanner, 'a comma');
        token = scanner.scan();
      }
      needsComma = true;
      const start = scanner.getTokenOffset();
      let name = '';
      if (closing === TOKEN.closeBrace) {
        if (token !== TOKEN.string) throw this.#unexpected(scanner, 'a name');
        name = scanner.getTokenValue();
        if (scanner.scan() !== TOKEN.colon) throw this.#unexpected(scanner, 'a colon');
        token = scanner.scan();
      }
      const valueStart = scanner.getTokenOffset();
      this.#skipValue(scanner, token);
      const end = scanner.getTokenOffset() + scanner.getTokenLength();
      if (pending !== null) yield { ...pending, nextStart: start };
      const node = this.#tree(valueStart, end);
      const previousEnd: number | null = pending?.end ?? null;
      pending = { list, name, node, valueStart, start, end, previousEnd, nextStart: null };
    }
    if (pending !== null) yield pending;
  }

  #skipValue(scanner: Scanner, first: number): void {
    let depth = 0;
    for (let token: number = first; ; token = scanner.scan()) {
      if (token === TOKEN.openBrace || token === TOKEN.openBracket) depth += 1;
      if (token === TOKEN.closeBrace || token === TOKEN.closeBracket) depth -= 1;
      if (token === TOKEN.end || token === TOKEN.unknown || depth < 0) {
        throw this.#unexpected(scanner, 'a value');
      }
      if (depth === 0) return;
    }
  }

  #tree(start: number, end: number): Node {
    const errors: ParseError[] = [];
    const node = parseTree(this.text.slice(start, end), errors, DISALLOW_ALL);
    const [error] = errors;
    if (error !== undefined) {
      const code = printParseErrorCode(error.error);
      throw this.fail(`it is no JSON (${JSON_ERRORS[code] ?? code})`, start + error.offset);
    }
    if (node === undefined) throw this.fail('it is no JSON', start);
    return node;
  }

  #unexpected(scanner: Scanner, expected: string): Error {
    const isEnd = scanner.getToken() === TOKEN.end;
    const problem = isEnd
      ? 'the file ends too early: it was cut off'
      : `it is no JSON (${expected} was expected)`;
    return this.fail(problem, isEnd ? this.text.length : scanner.getTokenOffset());
  }
}

type Scanner = ReturnType<typeof createScanner>;

/** The value of an object's member, or undefined. */
export function memberOf(node: Node | undefined, name: string): Node | undefined {
  return node?.type === 'object'
    ? node.children?.find((property) => property.children?.[0]?.value === name)?.children?.[1]
    : undefined;
}

/** The text of a string, or undefined for any other value. */
export function textOf(node: Node | undefined): string | undefined {
  return typeof node?.value === 'string' ? node.value : undefined;
}

/** A finite number, or undefined for any other value. */
export function numberOf(node: Node | undefined): number | undefined {
  return typeof node?.value === 'number' && Number.isFinite(node.value) ? node.value : undefined;
}

/**
 * Where an item of a list and the value in it that is the label stand, in bytes.
 *
 * @param start of the tree that `label` is a node of
 */
export function placeInList(
  bytes: ByteOffsets,
  item: Pick<JsonItem, 'start' | 'end' | 'previousEnd' | 'nextStart'>,
  label: Node,
  valueStart: number,
): { label: ByteSpan; row: ByteSpan; list: ListPlace } {
  const previousEnd = item.previousEnd === null ? null : bytes.at(item.previousEnd);
  const start = bytes.at(item.start);
  const labelStart = bytes.at(valueStart + label.offset);
  const labelEnd = bytes.at(valueStart + label.offset + label.length);
  const end = bytes.at(item.end);
  const nextStart = item.nextStart === null ? null : bytes.at(item.nextStart);
  return {
    label: { start: labelStart, end: labelEnd },
    row: { start, end },
    list: { previousEnd, nextStart },
  };
}
