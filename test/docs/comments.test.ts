import { expect, it } from 'vitest';
import { comments, commentsOf } from '../support/comments.ts';
import { PHRASES } from '../support/wording.ts';

/** Comments in which such a word is right, by file and the words around it. */
const EXCEPTIONS = [
  // A linear layer on a network's maps.
  ['models/train/grefel_train/landmark_probe.py', 'Fits the head on'],
  // What the model must not be used for.
  ['models/train/grefel_train/card.py', 'to judge people'],
  // Names in earlier versions of the project file.
  ['src/main/project/migrations.ts', 'embedding distance remoteness'],
];

it('every comment is in the words of the glossary', () => {
  const found = comments().flatMap(({ file, line, text }) => {
    const allowed = EXCEPTIONS.filter(([place]) => place === file).map(([, words]) => words as string);
    const held = allowed.reduce((rest, words) => rest.replace(words, ''), text);
    return PHRASES.filter(([phrase]) => phrase.test(held)).map(
      ([phrase, better]) => `${file}:${line}: "${text}" has ${phrase}, better: ${better}`,
    );
  });
  expect(found).toEqual([]);
});

it('the comments of a script are its blocks and its lines, joined, without code', () => {
  const source = `
/** What it is,
 *  \`code\` and all. */
const address = 'http://example.org'; // why
// one
// text
`;
  expect(commentsOf('some.ts', source).map(({ line, text }) => [line, text])).toEqual([
    [2, 'What it is, _ and all.'],
    [4, 'why one text'],
  ]);
});

it('the comments of a component are those of its script and its markup', () => {
  const source = '<script lang="ts">\n  // first\n  const a = 1;\n</script>\n<!-- second -->\n<p>third</p>\n';
  expect(commentsOf('Some.svelte', source).map(({ line, text }) => [line, text])).toEqual([
    [2, 'first'],
    [5, 'second'],
  ]);
});

it('the comments of a Python file are its docstrings and its lines', () => {
  const source = '"""What it does.\n\nAnd how."""\ncolour = "#fff"  # why\n';
  expect(commentsOf('some.py', source).map(({ line, text }) => [line, text])).toEqual([
    [1, 'What it does. And how.'],
    [4, 'why'],
  ]);
});
