import { globSync, readFileSync } from 'node:fs';
import { parse } from 'svelte/compiler';
import ts from 'typescript';

/** A text that a user may come to see, and where it is written. */
export interface VisibleText {
  file: string;
  line: number;
  text: string;
}

/** Two words in a row, or one that begins as a title does: what identifiers and keys are not. */
const LOOKS_LIKE_PROSE = /[A-Za-z’']{2,}[,:;.]? [A-Za-z0-9{$(<]|^[A-Z][a-z]+(\.\.\.)?$/;
/** SQL, shaders and other languages that are written as strings. */
const OTHER_LANGUAGE =
  /\b(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE|ALTER TABLE|DROP TABLE|sample_id, annotator|AS id, vector|PRAGMA|attribute vec2|precision mediump)\b/;
const UNSEEN_ATTRIBUTES = new Set([
  'class',
  'style',
  'href',
  'type',
  'role',
  'id',
  'd',
  'for',
  'viewBox',
  'data-testid',
]);

/** Every text of the window, the command line, the menus, reports and errors, in the order of files and lines. */
export function visibleTexts(): VisibleText[] {
  const files = globSync(['src/**/*.svelte', 'src/**/*.ts'], { exclude: ['**/*.weights.json'] }).toSorted();
  return files.flatMap((file) => textsOf(file, readFileSync(file, 'utf8')));
}

export function textsOf(file: string, source: string): VisibleText[] {
  const found = file.endsWith('.svelte') ? textsOfComponent(source) : textsOfScript(source, 0);
  return found
    .map(({ at, text }) => ({ file, at, text: text.replace(/\s+/g, ' ').trim() }))
    .filter(({ text }) => LOOKS_LIKE_PROSE.test(text) && !OTHER_LANGUAGE.test(text))
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, text }) => ({ file, line: source.slice(0, at).split('\n').length, text }));
}

interface Found {
  at: number;
  text: string;
}

function textsOfScript(source: string, offset: number): Found[] {
  const found: Found[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isStringLiteralLike(node)) found.push({ at: node.getStart() + offset, text: node.text });
    if (ts.isTemplateExpression(node)) {
      found.push({ at: node.getStart() + offset, text: node.getText().slice(1, -1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('text.ts', source, ts.ScriptTarget.Latest, true));
  return found;
}

/** A node of Svelte's syntax tree, as far as it is looked at here. */
interface SvelteNode {
  type?: string;
  name?: string;
  data?: string;
  start: number;
  end: number;
  [child: string]: unknown;
}

function textsOfComponent(source: string): Found[] {
  const tree = parse(source, { modern: true });
  const scripts = [tree.instance, tree.module].flatMap((script) => {
    if (!script) return [];
    const { start, end } = script.content as unknown as SvelteNode;
    return textsOfScript(source.slice(start, end), start);
  });
  const found: Found[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      const [first] = value as SvelteNode[];
      if (first && isSentence(value)) found.push({ at: first.start, text: asWritten(value, source) });
      for (const child of value) visit(child);
      return;
    }
    if (value === null || typeof value !== 'object') return;
    const node = value as SvelteNode;
    if (node.type === 'Attribute' && UNSEEN_ATTRIBUTES.has(node.name ?? '')) return;
    if (node.type === 'Literal' && typeof node.value === 'string') {
      found.push({ at: node.start, text: node.value });
    }
    if (node.type === 'TemplateLiteral') {
      found.push({ at: node.start, text: source.slice(node.start + 1, node.end - 1) });
    }
    for (const [key, child] of Object.entries(node)) if (key !== 'loc' && key !== 'parent') visit(child);
  };
  visit(tree.fragment);
  return [...scripts, ...found];
}

/** Text and what is put into it, side by side. */
function isSentence(nodes: unknown[]): nodes is SvelteNode[] {
  return nodes.some((node) => {
    const { type, data } = (node ?? {}) as SvelteNode;
    return type === 'Text' && /[A-Za-z]/.test(data ?? '');
  });
}

function asWritten(nodes: SvelteNode[], source: string): string {
  return nodes
    .map(({ type, data, start, end, fragment }) => {
      if (type === 'Text') return data;
      if (type === 'ExpressionTag') return source.slice(start, end);
      const inside = (fragment as { nodes: SvelteNode[] } | undefined)?.nodes;
      return type === 'RegularElement' && inside ? asWritten(inside, source) : ' ';
    })
    .join('');
}

/** `npm run texts` lists them, for reading through. */
if (import.meta.main) {
  for (const { file, line, text } of visibleTexts()) console.log(`${file}:${line}: ${text}`);
}
