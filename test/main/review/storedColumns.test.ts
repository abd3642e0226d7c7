import { copyFileSync, existsSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SCORE_IDS } from '../../../src/labelQuality/scores/index.ts';
import type { ProjectFile } from '../../../src/main/project/index.ts';
import { ReviewColumns } from '../../../src/main/review/index.ts';
import type { ReviewIndex } from '../../../src/main/reviewIndex/index.ts';
import { scannedApi } from '../../support/apiHost.ts';

const STORED = 1;
const NEVER = 1_000_000;

/** All that a queue may show of an index. */
const contentOf = (index: ReviewIndex) => ({
  items: Array.from({ length: index.size }, (_, row) => SCORE_IDS.map((score) => index.item(row, score))),
  columns: [index.scanned, index.unreadable, index.trainedOn, index.split, index.splits, index.id],
  counts: [index.scanCounts, [...index.statusCounts]],
  found: Array.from({ length: index.size }, (_, row) => index.rowOf(index.id[row] ?? 0)),
});

/** Opens the columns, waits until their file is written, and answers what they hold. */
async function read(project: ProjectFile, storedFrom: number) {
  const columns = new ReviewColumns(project, () => 'ann', undefined, storedFrom);
  const content = contentOf(columns.index);
  await columns.close();
  return content;
}

async function scannedProject() {
  const { workspace } = (await scannedApi()).host;
  return { workspace, project: workspace.opened.project };
}

it('are those of the project, also after decisions, which are not in the file', async () => {
  const { workspace, project } = await scannedProject();
  const before = await read(project, STORED);
  expect(before).toEqual(await read(project, NEVER));
  const written = readFileSync(project.columns.path);
  const stamp = project.columns.read();
  expect(stamp).not.toBeNull();

  workspace.decide({ sampleIds: [1, 2], verdict: 'relabelled', label: 1, note: '' } as never);
  workspace.decide({ sampleIds: [3], verdict: 'excluded', label: null, note: '' } as never);
  expect(project.columns.read()).toBe(stamp);
  const after = await read(project, STORED);
  expect(after).not.toEqual(before);
  expect(after).toEqual(await read(project, NEVER));
  expect(readFileSync(project.columns.path)).toEqual(written);
});

it('are read from the project and stored again after any change of an image or a flag', async () => {
  const { project } = await scannedProject();
  await read(project, STORED);
  const flag = project.flags.byId(1);
  if (flag === null) throw new Error('the image has no flag');
  const changes = [
    () => project.flags.write(1, { ...flag, scores: { ...flag.scores, 'wrong-label': 0.123 } }),
    () => project.samples.markPending(2),
    () => project.samples.rename(3, 'another.png'),
    () => project.samples.markVanished(4),
  ];
  for (const change of changes) {
    const stamp = project.columns.read();
    change();
    expect(project.columns.read()).toBeNull();
    expect(await read(project, STORED)).toEqual(await read(project, NEVER));
    expect(project.columns.read()).not.toBe(stamp);
    expect(await read(project, STORED)).toEqual(await read(project, NEVER));
  }
});

it.each<[string, (file: string) => void]>([
  ['cut off', (file) => truncateSync(file, readFileSync(file).length - 9)],
  ['empty', (file) => writeFileSync(file, '')],
  ['gone', (file) => renameSync(file, `${file}.away`)],
  [
    'damaged',
    (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
  ],
])('are read from the project where the file is %s, and stored again', async (_, damage) => {
  const { project } = await scannedProject();
  await read(project, STORED);
  const whole = readFileSync(project.columns.path).length;
  damage(project.columns.path);
  expect(await read(project, STORED)).toEqual(await read(project, NEVER));
  expect(readFileSync(project.columns.path)).toHaveLength(whole);
});

it('are not those of the project that the file was copied from', async () => {
  const [first, second] = [await scannedProject(), await scannedProject()];
  await read(first.project, STORED);
  await read(second.project, STORED);
  first.project.samples.rename(3, 'another.png');
  await read(first.project, STORED);
  copyFileSync(first.project.columns.path, second.project.columns.path);
  expect(await read(second.project, STORED)).toEqual(await read(second.project, NEVER));
});

it('are not kept for few images', async () => {
  const { project } = await scannedProject();
  await read(project, NEVER);
  expect(existsSync(project.columns.path)).toBe(false);
});
