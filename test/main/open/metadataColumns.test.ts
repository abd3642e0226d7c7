import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openProject } from '../../../src/main/open/openProject.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

describe('the further columns of a project', () => {
  it('are coded again at each import, and for a list of an older version that is trusted', async () => {
    temporaryDataFolder();
    const rows = (genders: string[]) =>
      ['image,label,gender', ...genders.map((g, at) => `${at}.jpg,happy,${g}`)].join('\n');
    const folder = await makeTree(join(temporaryFolder(), 'faces'), {
      '0.jpg': 'x',
      '1.jpg': 'x',
      'labels.csv': rows(['f', 'm']),
    });
    const columns = async (trustListFrom?: number) => {
      const { project } = await openProject(folder, { trustListFrom });
      const coded = project.metadataColumns.all().map(({ name, cells }) => [name, [...cells]]);
      project.close();
      return { coded, file: project.path };
    };
    const { coded, file } = await columns();
    expect(coded).toEqual([['gender', [0, 1, 2]]]);
    await makeTree(folder, { 'labels.csv': rows(['m', 'f']) });
    expect((await columns()).coded).toEqual([['gender', [0, 2, 1]]]);

    const database = new Database(file);
    database.exec('DELETE FROM metadata_columns');
    database.close();
    expect((await columns(1)).coded).toEqual([['gender', [0, 2, 1]]]);
  });
});
