import { deepStrictEqual } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type LabelChange,
  type LayoutOptions,
  layoutById,
  recogniseDataset,
  type SampleRecord,
  writeDataset,
} from '../../src/main/dataset/index.ts';
import { listFolder } from '../../src/main/dataset/recognition/folderListing.ts';
import { type Link, makeTemporaryFolder, makeTree } from './datasetTree.ts';

export type Tree = Record<string, string | Uint8Array | Link | null>;

/** Lays a dataset out in a folder of the test's own and opens it. */
export async function openTree(tree: Tree, options: LayoutOptions = {}) {
  const folder = await makeTree(await makeTemporaryFolder(onTestFinished), tree);
  const shown = new Map<string, SampleRecord[]>();
  const dataset = await recogniseDataset(folder, options, (layout) => {
    const rows: SampleRecord[] = [];
    shown.set(layout, rows);
    return (row) => rows.push(row);
  });
  const { recognition, runnersUp } = dataset;
  const listing = await listFolder(folder, { followLinks: options.followLinks === 'yes' });
  const samples = await Array.fromAsync(layoutById(recognition.layout).read(listing, recognition));
  deepStrictEqual(shown.get(recognition.layout), samples, 'the Open screen shows the rows that are imported');
  deepStrictEqual(
    await Array.fromAsync(dataset.samples()),
    samples,
    'kept rows are those that are read again',
  );
  const keys = samples.map(({ image }) => image);
  if (new Set(keys).size !== keys.length) throw new Error('two samples have one key');

  /** The files written with these labels by image; null excludes the image. */
  async function write(changes: Record<string, string | null> = {}): Promise<Record<string, string>> {
    const files: Record<string, string> = {};
    const asked = new Map<string, LabelChange>(
      Object.entries(changes).map(([image, name]) => [
        image,
        name === null ? { kind: 'leave-out' } : { kind: 'label', name },
      ]),
    );
    for await (const { path, content } of writeDataset(folder, recognition, asked)) {
      if (path in files) throw new Error(`${path} is written twice`);
      files[path] =
        'copyOf' in content
          ? await readLatin1(join(folder, content.copyOf))
          : Buffer.concat(await Array.fromAsync(content)).toString('latin1');
    }
    return files;
  }

  /** The source's own bytes of the files that are written. */
  async function original(paths: string[]): Promise<Record<string, string>> {
    return Object.fromEntries(
      await Promise.all(paths.map(async (path) => [path, await readLatin1(join(folder, path))])),
    );
  }
  return { folder, recognition, runnersUp, samples, write, original };
}

/** Bytes as text of one character a byte, which a failed comparison can show. */
async function readLatin1(file: string): Promise<string> {
  return (await readFile(file)).toString('latin1');
}
