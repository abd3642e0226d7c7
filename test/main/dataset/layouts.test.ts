import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layouts } from '../../../src/main/dataset/index.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { type LayoutTree, layoutTrees, type TreeItem } from '../../support/layoutTrees.ts';
import { openTree, type Tree } from '../../support/roundTrip.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Tested on trees of their own: classFolders, table, huggingFaceParquet, folderShapes. */
const GENERIC = ['class-folders', 'table', 'hf-parquet', 'kdef', 'clip-folders', 'image-list'];
const RUNS = Number(process.env.LAYOUT_RUNS ?? 30);

/** Some differ in case or in Unicode's normal form alone. */
const ODD_PREFIXES = [
  ...[
    'face',
    'Face',
    '\u00e9',
    'e\u0301',
    'with space ',
    '#',
    'a,b',
    '"quoted"',
    "it's",
    '=1+1',
    '-',
    '@',
    'two\nlines',
  ],
  ...['100%', '%41', '& <b>', ';', '\u{1f600}', '怒', '[x]', '{y}', '?d='],
];
const style = fc.record({
  folder: fc.constantFrom('', 'data', 'my data/é', 'a/b #1'),
  lineEnd: fc.constantFrom('\n' as const, '\r\n' as const),
  finalEnd: fc.boolean(),
  mark: fc.constantFrom('' as const, '\ufeff' as const),
  prefixes: fc.shuffledSubarray(ODD_PREFIXES, { minLength: 2 }),
});

/** Some images with labels; two or more, so that class folders are recognised. */
const itemsOf = ({ labels }: LayoutTree) =>
  fc
    .array(fc.constantFrom(...labels), { minLength: 4, maxLength: 10 })
    .map((chosen) => chosen.map((label, number): TreeItem => ({ number, label })));

function latin1(tree: Tree, paths: Iterable<string>): Record<string, string> {
  return Object.fromEntries(
    [...paths].flatMap((path) => {
      const bytes = tree[path];
      return bytes == null ? [] : [[path, Buffer.from(bytes as string).toString('latin1')]];
    }),
  );
}

describe('every dataset of the table of layouts', () => {
  it('has a generated tree', () => {
    const known = layouts.map(({ id }) => id).filter((id) => !GENERIC.includes(id));
    expect(Object.keys(layoutTrees).sort()).toEqual(known.sort());
  });

  it.each(Object.entries(layoutTrees))('%s is recognised, read and written back', async (id, layoutTree) => {
    await fc.assert(
      fc.asyncProperty(
        style,
        itemsOf(layoutTree),
        fc.nat(),
        fc.nat(),
        async (treeStyle, items, picked, chosen) => {
          const made = layoutTree.make(items, treeStyle);
          const { recognition, samples, write } = await openTree(made.tree);
          expect(recognition.layout).toBe(id);
          const read = new Map(samples.map((sample) => [sample.image, sample.givenLabel]));
          expect(read).toEqual(new Map(made.keys.map((key, at) => [key, items[at]?.label ?? null])));
          expect(samples.every(({ problem }) => problem === null)).toBe(true);

          const unchanged = await write();
          expect(unchanged).toEqual(latin1(made.tree, Object.keys(unchanged)));
          expect(Object.keys(unchanged).length).toBeGreaterThan(0);

          const at = picked % items.length;
          const others = layoutTree.labels.filter((label) => label !== items[at]?.label && label !== null);
          const label = others[chosen % others.length] as string;
          const wanted = items.map((item, index) => (index === at ? { ...item, label } : item));
          const relabelled = await write({ [made.keys[at] as string]: label });
          const expected = layoutTree.make(wanted, treeStyle).tree;
          expect(relabelled).toEqual(latin1(expected, Object.keys(relabelled)));
          const differing = Object.keys(relabelled).filter((path) => relabelled[path] !== unchanged[path]);
          expect(differing).toHaveLength(1);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it.each(Object.entries(layoutTrees))('%s loses the row of an image that is left out', async (_, tree) => {
    const labels = tree.labels.filter((label) => label !== null);
    const items = Array.from({ length: 9 }, (_, number) => ({
      number,
      label: labels[number % labels.length] ?? '',
    }));
    const treeStyle = { folder: '', lineEnd: '\n', finalEnd: true } as const;
    const made = tree.make(items, treeStyle);
    const { write } = await openTree(made.tree);
    const written = await write({ [made.keys[4] as string]: null });
    const left = tree.keepsRow
      ? items.map((item) => (item.number === 4 ? { ...item, label: null } : item))
      : items.filter(({ number }) => number !== 4);
    expect(written).toEqual(latin1(tree.make(left, treeStyle).tree, Object.keys(written)));
    expect(Object.keys(written)).toEqual(
      Object.keys(written).filter((path) => path in tree.make(left, treeStyle).tree),
    );
  });

  const withFiles = Object.entries(layoutTrees).filter(([id]) => id !== 'fer2013-csv');
  it.each(withFiles)(
    '%s lists an empty file, and reads nothing that a link outside the folder leads to',
    async (id, tree) => {
      const labels = tree.labels.filter((label) => label !== null);
      const items = Array.from({ length: 8 }, (_, number) => ({
        number,
        label: labels[number % labels.length] ?? '',
      }));
      const made = tree.make(items, { folder: 'd', lineEnd: '\n', finalEnd: true });
      const [empty, leaving] = [made.keys[1], made.keys[4]] as [string, string];
      const outside = await makeTree(temporaryFolder(), { 'secret.jpg': 'not of the dataset' });
      const link = { linkTo: join(outside, 'secret.jpg') };
      const { recognition, samples, write } = await openTree({ ...made.tree, [empty]: '', [leaving]: link });
      expect(recognition.layout).toBe(id);
      const ofFile = (key: string) =>
        samples.filter(({ image }) => image.replace(/#\d+$/, '') === key.replace(/#\d+$/, ''));
      expect(ofFile(empty).every(({ problem }) => problem === null)).toBe(true);
      expect(ofFile(empty).length).toBeGreaterThan(0);
      const problems = new Map(recognition.problems.map(({ kind, count }) => [kind, count]));
      expect(problems.get('leaving-link')).toBe(1);
      expect(problems.has('not-in-table')).toBe(false);
      expect(samples.every(({ path }) => path !== leaving)).toBe(true);
      await write();
    },
  );
});
