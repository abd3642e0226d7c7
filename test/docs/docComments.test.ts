import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../src/labelQuality');
const NUMBERS = /\b(Float(32|64)Array|U?Int\d+Array|Matrix|number\[\]|boolean\[\]|ArrayLike<)/;
const SHAPE = /\[[^\]]+\]/;

interface Documented {
  name: string;
  comment: string;
  hasNumbers: boolean;
}

function isExported(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  );
}

/** The exported functions of a source, and the methods of its exported classes. */
function documentedOf(source: string): Documented[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const commentOf = (node: ts.Node) =>
    (ts.getLeadingCommentRanges(source, node.getFullStart()) ?? [])
      .map(({ pos, end }) => source.slice(pos, end))
      .filter((comment) => comment.startsWith('/**'))
      .join('\n');
  const documented = (node: ts.FunctionDeclaration | ts.MethodDeclaration): Documented => ({
    name: node.name?.getText() ?? '',
    comment: commentOf(node),
    hasNumbers: [...node.parameters, node.type].some((part) => NUMBERS.test(part?.getText() ?? '')),
  });
  return file.statements.filter(isExported).flatMap((statement) => {
    if (ts.isFunctionDeclaration(statement)) return [documented(statement)];
    if (!ts.isClassDeclaration(statement)) return [];
    return statement.members
      .filter(ts.isMethodDeclaration)
      .filter(({ name }) => !ts.isPrivateIdentifier(name))
      .map(documented);
  });
}

const isComplete = ({ comment, hasNumbers }: Documented) =>
  comment !== '' && (!hasNumbers || SHAPE.test(comment));

it('what the mathematics export says what it is for, and the shape of arrays of numbers', () => {
  const all = globSync('**/*.ts', { cwd: FOLDER }).flatMap((path) =>
    documentedOf(readFileSync(join(FOLDER, path), 'utf8')).map((each) => ({ path, ...each })),
  );
  expect(all.length).toBeGreaterThan(80);
  expect(all.filter((each) => !isComplete(each)).map(({ path, name }) => `${path}: ${name}`)).toEqual([]);
});

it('a function without a comment, or without the shape of an array, is incomplete', () => {
  const source = `
export function bare(): void {}
/** Adds. */
export function add(values: Float32Array): number { return values.length; }
/** [N] twice. */
export function double(values: readonly number[]): number[] { return [...values]; }
function own(): void {}
/** Counts. */
export class Counter {
  #hidden(): void {}
  count(): void {}
}
`;
  expect(documentedOf(source).map((each) => [each.name, isComplete(each)])).toEqual([
    ['bare', false],
    ['add', false],
    ['double', true],
    ['count', false],
  ]);
});
