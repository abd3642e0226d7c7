/**
 * A folder of very many files, real ones: npx node bench/manyFiles.ts [FILES]
 * What opening it takes, from the first look to the rows in the project file, as class folders and as a table.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProject } from '../src/main/open/index.ts';
import { readArguments, readNumber } from './arguments.ts';

const { positionals } = readArguments('bench/manyFiles.ts [FILES]', {});
const [count = 100_000] = positionals.map(readNumber);
const LABELS = ['happy', 'sad'];

const root = mkdtempSync(join(tmpdir(), 'grefel-many-'));
process.env.GREFEL_DATA_DIR = join(root, 'data');
try {
  for (const layout of ['class-folders', 'table'] as const) {
    const folder = join(root, layout);
    makeFiles(folder, layout);
    for (const time of ['first', 'again']) {
      const start = performance.now();
      const { project, changes } = await openProject(folder);
      const seconds = (performance.now() - start) / 1000;
      project.close();
      const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
      const rows = time === 'first' ? changes.added : changes.unchanged;
      console.log(`${layout}, ${time}: ${rows} rows in ${seconds.toFixed(1)} s, peak ${mebibytes} MiB`);
    }
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** All in one folder; of class folders the second class has one image. */
function makeFiles(folder: string, layout: 'class-folders' | 'table'): void {
  const one = join(folder, layout === 'table' ? 'faces/0.jpg' : 'sad/0.jpg');
  mkdirSync(join(one, '..'), { recursive: true });
  writeFileSync(one, 'image');
  const many = join(folder, layout === 'table' ? 'faces' : 'happy');
  mkdirSync(many, { recursive: true });
  const lines = ['image,label,age', 'faces/0.jpg,sad,20'];
  for (let number = 1; number < count; number++) {
    writeFileSync(join(many, `${number}.jpg`), 'image');
    lines.push(`faces/${number}.jpg,${LABELS[number % 2]},${number % 90}`);
  }
  if (layout === 'table') writeFileSync(join(folder, 'labels.csv'), lines.join('\n'));
}
