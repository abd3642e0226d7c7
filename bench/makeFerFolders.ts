/**
 * Lays FER2013 images out as class folders by FER2013's own labels, with the FER+ truth beside them.
 *
 *   npx node bench/makeFerFolders.ts FER_FOLDER OUT_FOLDER [--roles dev,test]
 *
 * FER_FOLDER holds images.zip, labels.csv and splits.csv. OUT_FOLDER/images/<class>/<file>.png is the dataset,
 * OUT_FOLDER/truth.csv has `image,label,certain,role`: the emotion with the most of ten votes. Images without a
 * truth (two emotions tie for most, or unknown and not-a-face votes reach the most) are in the dataset and not
 * in the truth; `certain` is 1 where the most is at least 7. Images without an original label are left out.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { unzipSync } from 'fflate';
import { EMOTIONS } from '../src/domain/emotions.ts';
import { readArguments } from './arguments.ts';

type Row = Record<string, string>;

const { values, positionals } = readArguments(
  'bench/makeFerFolders.ts FER_FOLDER OUT_FOLDER [--roles dev,test]',
  { roles: { type: 'string', default: 'dev,test' } },
);
const [ferFolder, outFolder] = positionals as [string, string];
const table = (name: string) => parse(readFileSync(join(ferFolder, name)), { columns: true }) as Row[];
const roles = new Set(values.roles.split(','));
const roleOf = new Map(table('splits.csv').map(({ image, role }) => [image, role]));
const wanted = table('labels.csv').filter(
  ({ image, fer2013_label }) => roles.has(roleOf.get(image) ?? '') && fer2013_label !== '',
);
const names = new Set(wanted.map(({ image }) => image));
const files = unzipSync(readFileSync(join(ferFolder, 'images.zip')), {
  filter: ({ name }) => names.has(name),
});

const truth: Row[] = [];
for (const row of wanted) {
  const image = `${row.fer2013_label}/${basename(row.image ?? '')}`;
  const bytes = files[row.image ?? ''];
  if (bytes === undefined) throw new Error(`${row.image} is not in images.zip`);
  mkdirSync(join(outFolder, 'images', row.fer2013_label ?? ''), { recursive: true });
  writeFileSync(join(outFolder, 'images', image), bytes);
  const label = truthOf(row);
  if (label === null) continue;
  truth.push({
    image,
    label: label.emotion,
    certain: label.votes >= 7 ? '1' : '0',
    role: roleOf.get(row.image) ?? '',
  });
}
writeFileSync(join(outFolder, 'truth.csv'), stringify(truth, { header: true }));
for (const [name, rows] of [
  ['truth-certain.csv', truth.filter(({ certain }) => certain === '1')],
  ...[...roles].map((role) => [`truth-${role}.csv`, truth.filter((row) => row.role === role)] as const),
] as const) {
  writeFileSync(join(outFolder, name), stringify(rows, { header: true }));
}
console.log(`${wanted.length} images in ${join(outFolder, 'images')}, ${truth.length} of them with a truth`);

function truthOf(row: Row): { emotion: string; votes: number } | null {
  const votes = EMOTIONS.map((emotion) => Number(row[`votes_${emotion}`]));
  const most = Math.max(...votes);
  const tied = votes.filter((count) => count === most).length > 1;
  if (tied || Number(row.votes_unknown) + Number(row.votes_not_a_face) >= most) return null;
  return { emotion: EMOTIONS[votes.indexOf(most)] as string, votes: most };
}
