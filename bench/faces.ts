/**
 * How many faces `--faces detect` finds in whole photographs, how close its boxes are, and how well the model
 * then predicts them.
 *
 *   npx node bench/faces.ts FOLDER [--images 150] [--role dev]
 *
 * FOLDER is what bench/makeFerFolders.ts writes. Its faces are pasted into scenes of 640 x 480 pixels, one in
 * each, in several sizes, at places drawn with a fixed seed. The same images alone are predicted for
 * comparison.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { drawSample, seededRandom } from '../src/labelQuality/random.ts';
import { overlap } from '../src/main/engine/faces/detections.ts';
import { photograph } from '../test/support/photographs.ts';
import { readArguments } from './arguments.ts';

const SIDES = [48, 80, 120, 200, 320];
const [WIDTH, HEIGHT] = [640, 480];

type Row = Record<string, string>;
interface Place {
  left: number;
  top: number;
  side: number;
}

const { values, positionals } = readArguments('bench/faces.ts FOLDER [--images 150] [--role dev]', {
  images: { type: 'string', default: '150' },
  role: { type: 'string', default: 'dev' },
});
const [folder] = positionals as [string];
const table = (file: string) => parse(readFileSync(file), { columns: true }) as Row[];
const random = seededRandom(1);
const labelled = table(join(folder, `truth-${values.role}.csv`));
const truth = drawSample([...labelled.keys()], Number(values.images), random).map(
  (row) => labelled[row] as Row,
);
const work = mkdtempSync(join(tmpdir(), 'grefel-faces-'));

/** The program's results for a tree of images: the CSV row of each image, and the seconds of the scan. */
function scan(name: string, faces: string): { rows: Map<string, Row>; seconds: number } {
  const program = resolve(import.meta.dirname, '../src/main/hosts/cli/main.ts');
  const env = { ...process.env, GREFEL_DATA_DIR: join(work, `data-${name}`) };
  const run = (...args: string[]) => execFileSync(process.execPath, [program, ...args, '--quiet'], { env });
  const begun = performance.now();
  run('scan', join(work, name), '--faces', faces, '--no-tuning');
  const seconds = (performance.now() - begun) / 1000;
  const out = join(work, `${name}.csv`);
  run('export', join(work, name), '--out', out, '--force');
  return { rows: new Map(table(out).map((row) => [row.image ?? '', row])), seconds };
}

/** Share of the images whose corrected label is the voters' own. */
function accuracy(rows: Map<string, Row>, nameOf: (image: string) => string): string {
  const right = truth.filter(({ image, label }) => rows.get(nameOf(image ?? ''))?.label_corrected === label);
  return `${((100 * right.length) / truth.length).toFixed(1)} %`;
}

function write(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

const asPhotograph = (image: string) => image.replace(/\.png$/, '.jpg');
for (const { image = '' } of truth) {
  write(join(work, 'alone', image), readFileSync(join(folder, 'images', image)));
}
const alone = scan('alone', 'none');
console.log(`${truth.length} faces by themselves: ${accuracy(alone.rows, (image) => image)} predicted right`);
const results: object[] = [];
for (const side of SIDES) {
  const places = new Map<string, Place>();
  for (const { image = '' } of truth) {
    const left = Math.floor(random() * (WIDTH - side));
    const top = Math.floor(random() * (HEIGHT - side));
    const file = resolve(folder, 'images', image);
    places.set(asPhotograph(image), { left, top, side });
    write(
      join(work, `${side}`, asPhotograph(image)),
      await photograph([{ file, left, top, side }], [WIDTH, HEIGHT]),
    );
  }
  const found = scan(`${side}`, 'detect');
  const overlaps = [...places].flatMap(([image, place]) => {
    const row = found.rows.get(image);
    return row?.box_width
      ? [overlap(corners(boxOf(row)), corners({ ...place, width: side, height: side }))]
      : [];
  });
  overlaps.sort((a, b) => a - b);
  results.push({
    'face, px': side,
    found: `${((100 * overlaps.length) / truth.length).toFixed(1)} %`,
    'median overlap': overlaps[overlaps.length >> 1]?.toFixed(2) ?? '',
    'predicted right, detect': accuracy(found.rows, asPhotograph),
    'images/s, detect': (truth.length / found.seconds).toFixed(1),
    ...scanWhole(side),
  });
}
console.table(results);
rmSync(work, { recursive: true });

function scanWhole(side: number): object {
  const { rows, seconds } = scan(`${side}`, 'none');
  return {
    'predicted right, none': accuracy(rows, asPhotograph),
    'images/s, none': (truth.length / seconds).toFixed(1),
  };
}

function boxOf(row: Row): { left: number; top: number; width: number; height: number } {
  const value = (name: string) => Number(row[`box_${name}`]);
  return { left: value('left'), top: value('top'), width: value('width'), height: value('height') };
}

function corners({ left, top, width, height }: { left: number; top: number; width: number; height: number }) {
  return { left, top, right: left + width, bottom: top + height };
}
