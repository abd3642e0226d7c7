import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { layoutById, recogniseDataset } from '../../../src/main/dataset/index.ts';
import { RecognisedDataset } from '../../../src/main/dataset/recognisedDataset.ts';
import { listFolder } from '../../../src/main/dataset/recognition/folderListing.ts';
import { makeTemporaryFolder, makeTree } from '../../support/datasetTree.ts';
import { withFailingStorage } from '../../support/failingStorage.ts';

const TABLE = 'file,emotion\nimages/1.png,happy\nimages/2.png,sad\n';
const tree = async () =>
  makeTree(await makeTemporaryFolder(onTestFinished), {
    'images/1.png': '1',
    'images/2.png': '2',
    'labels.csv': TABLE,
  });

describe('rows of a recognised dataset', () => {
  it('are read again from the label file where they are not kept', async () => {
    const folder = await tree();
    const { recognition } = await recogniseDataset(folder);
    const listing = await listFolder(folder);
    const layout = layoutById('table');
    const found = { layout, listing, recognition, runnersUp: [], rows: null, options: {} };
    let images: string[] = [];
    const calls = await withFailingStorage([join(folder, 'labels.csv')], null, async () => {
      images = await Array.fromAsync(new RecognisedDataset(found).samples(), ({ image }) => image);
    });
    expect(images).toEqual(['images/1.png', 'images/2.png']);
    expect(calls).toContain('fs.promises.open');
  });
});
