import type { Tree } from './roundTrip.ts';

const SPLITS = ['train', 'test'] as const;

/**
 * RAF-DB as on Kaggle: `DATASET/{train,test}/{1..7}`, with a table of labels for each split.
 * @param perClass images of each class from 1 to 7 in the training part; the test part has a quarter of them,
 *   rounded up
 */
export function rafKaggleTree(
  perClass: readonly number[],
  { names = 'raf' }: { names?: 'raf' | 'plain' } = {},
): Tree {
  const tree: Tree = {};
  for (const split of SPLITS) {
    const rows: string[] = [];
    for (const [index, all] of perClass.entries()) {
      const count = split === 'train' ? all : Math.ceil(all / 4);
      for (let image = 0; image < count; image++) {
        const number = String(rows.length + 1).padStart(split === 'train' ? 5 : 4, '0');
        const name = names === 'raf' ? `${split}_${number}_aligned.jpg` : `${split}-photo-${number}.jpg`;
        rows.push(`${name},${index + 1}`);
        tree[`DATASET/${split}/${index + 1}/${name}`] = name;
      }
    }
    tree[`${split}_labels.csv`] = `image,label\n${rows.join('\n')}\n`;
  }
  return tree;
}
