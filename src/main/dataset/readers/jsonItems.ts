import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { damaged } from '../recognition/damaged.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import type { ByteSpan, ListPlace } from '../recognition/layout.ts';
import { type JsonSpan, JsonSplitter, JsonSyntaxError } from './jsonSplitter.ts';
import { lineOfBadByte, ownText, readChunks } from './textWindow.ts';

/** An item of a list in a JSON file, with its position. */
export interface JsonItem {
  /** Name of the top-level member that it belongs to; '' where the file itself is the list. */
  list: string;
  /** Its name within that member, where that is an object; else ''. */
  name: string;
  /** Its tree; offsets are characters of `text`. */
  node: Node;
  text: string;
  /** Bytes of the item in the file, its name among them, and of its value. */
  start: number;
  end: number;
  valueStart: number;
  /** Of the items before and after it in the same list; null if there is none. */
  previousEnd: number | null;
  nextStart: number | null;
  /** From 1. */
  line: number;
}

const DISALLOW_ALL = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };
const JSON_ERRORS: Partial<Record<string, string>> = {
  CloseBraceExpected: '"}" expected',
  CloseBracketExpected: '"]" expected',
  EndOfFileExpected: 'a comma was expected',
};
/** The name of a member and its colon, before its value. */
const MEMBER_NAME = /^("(?:[^"\\]|\\.)*")\s*:\s*/;

/** A JSON file whose lists are read item by item, with one of them in memory: the file may have gigabytes. */
export class JsonFile {
  readonly #listing: FolderListing;
  readonly #file: string;

  constructor(listing: FolderListing, file: string) {
    this.#listing = listing;
    this.#file = file;
  }

  /** An error that names the line of an item. */
  fail(problem: string, { line }: Pick<JsonItem, 'line'>): Error {
    return damaged(this.#listing, this.#file, line, problem);
  }

  /**
   * The items of the lists (or members of the objects) at the top level, or of the file that is a list itself
   * (named '').
   * @param lists the requested ones
   * @throws AppError `table-invalid` with the line of the JSON error
   */
  async *items(...lists: string[]): AsyncGenerator<JsonItem> {
    const splitter = new JsonSplitter((list) => lists.includes(list));
    let pending = null as JsonItem | null;
    try {
      for await (const chunk of readChunks(this.#listing, this.#file)) {
        for (const span of splitter.write(chunk)) {
          const isSameList = pending !== null && pending.list === span.list;
          if (pending !== null) yield isSameList ? { ...pending, nextStart: span.start } : pending;
          pending = this.#read(span, isSameList ? (pending?.end ?? null) : null);
        }
      }
      splitter.end();
    } catch (error) {
      throw error instanceof JsonSyntaxError ? this.fail(error.message, error) : error;
    }
    if (pending !== null) yield pending;
  }

  #read({ list, inObject, bytes, start, end, line }: JsonSpan, previousEnd: number | null): JsonItem {
    const whole = this.#decode(bytes, line);
    const named = inObject ? MEMBER_NAME.exec(whole) : null;
    if (inObject && named === null) throw this.fail('it is not JSON (a name was expected)', { line });
    const text = named === null ? whole : whole.slice(named[0].length);
    return {
      list,
      name: named === null ? '' : String(JSON.parse(named[1] as string)),
      node: this.#tree(text, line),
      text,
      start,
      end,
      valueStart: named === null ? start : start + Buffer.byteLength(named[0]),
      previousEnd,
      nextStart: null,
      line,
    };
  }

  #decode(bytes: Buffer, line: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.fail('it is not in UTF-8', { line: line + lineOfBadByte(bytes) - 1 });
    }
  }

  #tree(text: string, line: number): Node {
    const errors: ParseError[] = [];
    const node = parseTree(text, errors, DISALLOW_ALL);
    const [error] = errors;
    if (error !== undefined) {
      const code = printParseErrorCode(error.error);
      const linesBefore = text.slice(0, error.offset).split('\n').length - 1;
      throw this.fail(`it is not JSON (${JSON_ERRORS[code] ?? code})`, { line: line + linesBefore });
    }
    if (node === undefined) throw this.fail('it is not JSON', { line });
    return node;
  }
}

/** The value of an object's member, or undefined. */
export function memberOf(node: Node | undefined, name: string): Node | undefined {
  return node?.type === 'object'
    ? node.children?.find((property) => property.children?.[0]?.value === name)?.children?.[1]
    : undefined;
}

/** The text of a string, or undefined for any other value. */
export function textOf(node: Node | undefined): string | undefined {
  return typeof node?.value === 'string' ? ownText(node.value) : undefined;
}

/** A finite number, or undefined for any other value. */
export function numberOf(node: Node | undefined): number | undefined {
  return typeof node?.value === 'number' && Number.isFinite(node.value) ? node.value : undefined;
}

/** Bytes of the file up to a character of an item's value. */
export function byteAt({ text, valueStart }: JsonItem, character: number): number {
  return valueStart + Buffer.byteLength(text.slice(0, character));
}

/** Position of a node of an item, in bytes. */
export function spanOf(item: JsonItem, { offset, length }: Node): ByteSpan {
  return { start: byteAt(item, offset), end: byteAt(item, offset + length) };
}

/** Position of the value that is the label, in its item. */
export function placeInItem(
  item: JsonItem,
  label: Node,
): { label: ByteSpan; row: ByteSpan; list: ListPlace } {
  const { start, end, previousEnd, nextStart } = item;
  return { label: spanOf(item, label), row: { start, end }, list: { previousEnd, nextStart } };
}

/** The same of one of several labels in an item, each in a node of a list there. */
export function placeInPart(
  item: JsonItem,
  { part, previous, next }: { part: Node; previous: Node | undefined; next: Node | undefined },
  label: Node,
): { label: ByteSpan; row: ByteSpan; list: ListPlace } {
  const previousEnd = previous === undefined ? null : spanOf(item, previous).end;
  const nextStart = next === undefined ? null : spanOf(item, next).start;
  return { label: spanOf(item, label), row: spanOf(item, part), list: { previousEnd, nextStart } };
}
