import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { guidelinesFileSchema } from '../../../src/domain/guidelines.ts';
import { exportDataset } from '../../../src/main/export/index.ts';
import { DecisionImport } from '../../../src/main/team/index.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { exportRequestSchema } from '../../../src/protocol/api.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const COMPOSED = 'étonné';
const DECOMPOSED = COMPOSED.normalize('NFD');
const AT = '2026-01-01T10:00:00.000Z';

async function open(tree: Record<string, string>): Promise<Workspace> {
  temporaryDataFolder();
  const workspace = await Workspace.open(await makeTree(join(temporaryFolder(), 'faces'), tree), 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

const images = ({ opened: { project } }: Workspace) =>
  Array.from(project.samples.all(), ({ image }) => image);
const given = ({ opened: { project }, classNames }: Workspace) =>
  Array.from(project.samples.all(), ({ givenClass }) => classNames[givenClass ?? -1]);

async function exported(workspace: Workspace, format: 'csv' | 'source' | 'moves'): Promise<string> {
  const result = await exportDataset(workspace.exportSource, exportRequestSchema.parse({ format }));
  if (result.kind !== 'file') throw new Error('one file was expected');
  const chunks = await Array.fromAsync(result.chunks);
  return Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))).toString();
}

describe('a class whose accents are composed in one place and decomposed in another', () => {
  // A Mac's file system takes both for one folder.
  it.skipIf(process.platform === 'darwin')(
    'is one class of two folders, whose paths stay as they are',
    async () => {
      const paths = [
        `train/${DECOMPOSED}/b.jpg`,
        `train/${COMPOSED}/a.jpg`,
        'train/sad/c.jpg',
        `test/${COMPOSED}/d.jpg`,
      ];
      const workspace = await open(Object.fromEntries(paths.map((path) => [path, path])));
      expect(workspace.classNames.toSorted()).toEqual(['sad', COMPOSED]);
      expect(images(workspace).toSorted()).toEqual(paths.toSorted());
      workspace.decide({
        sampleIds: [workspace.opened.project.samples.byImage('train/sad/c.jpg')?.id ?? 0],
        verdict: 'relabelled',
        label: workspace.classNames.indexOf(COMPOSED),
        note: '',
      });
      const moves = await exported(workspace, 'moves');
      expect(moves.split('\r\n')[1]).toMatch(/^train\/sad\/c\.jpg,train\/[^/]+\/c\.jpg$/);
      expect(moves.normalize('NFC')).toContain(`train/${COMPOSED}/c.jpg`);
    },
  );

  it('is one class, split and subject of a table, which is written back in its own spelling', async () => {
    const rows = [`a.jpg,${DECOMPOSED},entrée,José`, `b.jpg,${COMPOSED},entrée,José`, 'c.jpg,sad,entrée,Ann'];
    const decomposed = rows[0]?.normalize('NFD') ?? '';
    const table = ['image,label,split,subject', decomposed, ...rows.slice(1), ''].join('\n');
    const workspace = await open({ 'labels.csv': table, 'a.jpg': '1', 'b.jpg': '2', 'c.jpg': '3' });
    expect(workspace.classNames).toEqual(['sad', COMPOSED]);
    expect(given(workspace)).toEqual([COMPOSED, COMPOSED, 'sad']);
    const { recognition } = workspace.opened.project.dataset.read() ?? {};
    expect(recognition?.splits).toEqual([{ name: 'entrée', count: 3 }]);
    const subjects = [1, 2].map((id) => workspace.opened.project.metadata.byId(id).subject);
    expect(new Set(subjects)).toEqual(new Set(['José']));

    expect(await exported(workspace, 'source')).toBe(table);
    workspace.decide({ sampleIds: [3], verdict: 'relabelled', label: 1, note: '' });
    expect(await exported(workspace, 'source')).toBe(table.replace('c.jpg,sad', `c.jpg,${DECOMPOSED}`));
  });

  it('is found by decisions, mappings and guidelines in either spelling', async () => {
    const workspace = await open({ [`${COMPOSED}/a.jpg`]: '1', 'sad/b.jpg': '2' });
    const decisions = new DecisionImport(workspace.opened.project);
    const text = `image,label_clean,status,annotator,decided_at\nsad/b.jpg,${DECOMPOSED},relabelled,ann,${AT}\n`;
    await decisions.read({ file: 'decisions.csv', text });
    expect(decisions.apply()).toMatchObject({ applied: 1 });
    expect(await exported(workspace, 'csv')).toContain(`sad/b.jpg,,sad,${COMPOSED},relabelled`);
    const guidelines = guidelinesFileSchema.parse({
      format: 'grefel-guidelines',
      version: 1,
      classes: { [DECOMPOSED]: { description: 'eyes wide open' } },
    });
    expect(workspace.guidelines.import(guidelines).unknownClasses).toEqual([]);
  });

  it('stays one class of a project that an older version stored decomposed', async () => {
    const workspace = await open({ [`${DECOMPOSED}/a.jpg`]: '1', 'sad/b.jpg': '2' });
    const label = workspace.classNames.indexOf(COMPOSED);
    workspace.decide({ sampleIds: [2], verdict: 'relabelled', label, note: '' });
    const { folder } = workspace;
    const file = workspace.opened.project.path;
    await workspace.close();
    const database = new Database(file);
    database.prepare('UPDATE classes SET name = ? WHERE name = ?').run(DECOMPOSED, COMPOSED);
    database.close();

    const again = await Workspace.open(folder, 'ann');
    onTestFinished(() => again.close());
    expect(again.classNames.toSorted()).toEqual(['sad', COMPOSED]);
    expect(again.opened.changes).toMatchObject({ unchanged: 2, givenChanged: 0 });
    expect(await exported(again, 'csv')).toContain(`sad/b.jpg,,sad,${COMPOSED},relabelled`);
    expect(readFileSync(join(folder, `${DECOMPOSED}/a.jpg`), 'utf8')).toBe('1');
  });

  it.each([
    [COMPOSED, DECOMPOSED],
    [DECOMPOSED, COMPOSED],
  ])('keeps two names and all decisions where an older version stored two classes', async (first, second) => {
    const workspace = await open({ [`${DECOMPOSED}/a.jpg`]: '1', 'sad/b.jpg': '2', 'sad/c.jpg': '3' });
    const { folder } = workspace;
    const file = workspace.opened.project.path;
    const label = workspace.classNames.indexOf(COMPOSED);
    await workspace.close();
    const database = new Database(file);
    database.prepare('UPDATE classes SET name = ? WHERE name = ?').run(first, COMPOSED);
    database.prepare('INSERT INTO classes (name) VALUES (?)').run(second);
    database.close();

    const again = await Workspace.open(folder, 'ann');
    onTestFinished(() => again.close());
    expect([label, 2].map((index) => again.classNames[index])).toEqual([first, second]);
    expect(given(again).toSorted()).toEqual(['sad', 'sad', COMPOSED]);
    again.decide({ sampleIds: [2], verdict: 'relabelled', label, note: '' });
    again.decide({ sampleIds: [3], verdict: 'relabelled', label: 2, note: '' });
    const csv = await exported(again, 'csv');
    expect(csv).toContain(`sad/b.jpg,,sad,${first},relabelled`);
    expect(csv).toContain(`sad/c.jpg,,sad,${second},relabelled`);
  });
});
