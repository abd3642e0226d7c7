import { globSync, readFileSync } from 'node:fs';
import { parse } from 'svelte/compiler';
import ts from 'typescript';

/** A comment or docstring, without its marks and the code in it, and where it begins. */
export interface Comment {
  file: string;
  line: number;
  text: string;
}

const SOURCES = [
  '{src,bench,test,packaging}/**/*.{ts,svelte,cjs,py}',
  '{cluster,models/train}/**/*.py',
  '*.{ts,cjs}',
];

/** Every comment of the sources, in the order of files and lines. */
export function comments(): Comment[] {
  const files = SOURCES.flatMap((pattern) => globSync(pattern)).toSorted();
  return files.flatMap((file) => commentsOf(file, readFileSync(file, 'utf8')));
}

export function commentsOf(file: string, source: string): Comment[] {
  const found = file.endsWith('.py')
    ? ofPython(source)
    : file.endsWith('.svelte')
      ? ofComponent(source)
      : ofScript(source, 0);
  return joinLines(found, source).map(({ start, text }) => ({
    file,
    line: source.slice(0, start).split('\n').length,
    text: proseOf(text),
  }));
}

interface Found {
  start: number;
  end: number;
  text: string;
}

function ofScript(source: string, offset: number): Found[] {
  const found = new Map<number, Found>();
  const add = (start: number, end: number): void => {
    found.set(start, { start: start + offset, end: end + offset, text: source.slice(start, end) });
  };
  const visit = (node: ts.Node) => {
    ts.forEachLeadingCommentRange(source, node.getFullStart(), add);
    ts.forEachTrailingCommentRange(source, node.getEnd(), add);
    for (const child of node.getChildren()) visit(child);
  };
  visit(ts.createSourceFile('script.ts', source, ts.ScriptTarget.Latest, true));
  return [...found.values()].toSorted((one, other) => one.start - other.start);
}

function ofComponent(source: string): Found[] {
  const { instance, module } = parse(source, { modern: true });
  const scripts = [module, instance].flatMap((script) => {
    if (!script) return [];
    const { start, end } = script.content as unknown as { start: number; end: number };
    return ofScript(source.slice(start, end), start);
  });
  return [...scripts, ...matchesOf(source, /<!--[\s\S]*?-->/g)];
}

function ofPython(source: string): Found[] {
  return matchesOf(source, /"""[\s\S]*?"""|(?<=^|\s)#(?!!).*$/gm);
}

function matchesOf(source: string, pattern: RegExp): Found[] {
  return Array.from(source.matchAll(pattern), ({ 0: text, index }) => ({
    start: index,
    end: index + text.length,
    text,
  }));
}

/** Comments on lines that follow each other are one text. */
function joinLines(found: readonly Found[], source: string): Found[] {
  const joined: Found[] = [];
  for (const one of found) {
    const last = joined.at(-1);
    const between = last === undefined ? '' : source.slice(last.end, one.start);
    if (
      last !== undefined &&
      /^\n[ \t]*$/.test(between) &&
      /^(\/\/|#)/.test(one.text) &&
      /^(\/\/|#)/.test(last.text)
    ) {
      last.text += `\n${one.text}`;
      last.end = one.end;
    } else joined.push({ ...one });
  }
  return joined;
}

function proseOf(text: string): string {
  return text
    .replace(/^\s*(\/\*\*?|\*(?!\/)|\/\/+|#+|<!--|""")|\*\/|-->|"""$/gm, ' ')
    .replace(/`[^`]*`/g, '_')
    .replace(/\s+/g, ' ')
    .trim();
}
