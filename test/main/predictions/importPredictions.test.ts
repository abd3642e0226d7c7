import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { importPredictions } from '../../../src/main/predictions/importPredictions.ts';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { exportRequestSchema } from '../../../src/protocol/api.ts';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../../support/colourDataset.ts';
import { exportRows } from '../../support/exportRows.ts';
import { npyMatrix, predictionFile, sureOf } from '../../support/predictionFiles.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

// Processes are started, on whatever machine.
vi.setConfig({ testTimeout: 180_000 });

const SETUP = { model: join(TINY_MODELS, 'tiny.onnx'), modelsFolder: TINY_MODELS, provider: 'cpu' } as const;
const CLASSES = ['angry', 'happy', 'sad'];
/** The prediction of the user's own model where it differs from the label. */
const WRONG: Record<string, string> = { 'happy/wrong.png': 'sad', 'sad/wrong.png': 'angry' };
const IMAGES = Object.keys(SMALL_DATASET);

const readsIn = (image: string) => WRONG[image] ?? (image.split('/')[0] as string);
const rowOf = (image: string) => [image, ...sureOf(readsIn(image), CLASSES)].join(',');
const table = (rows: readonly string[]) =>
  predictionFile('mine.csv', ['image,angry,happy,sad', ...rows, ''].join('\n'));

async function opened(images = SMALL_DATASET): Promise<Workspace> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, images);
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

async function imported(
  workspace: Workspace,
  file: string,
  choices: Parameters<Workspace['importPredictions']>[1] = {},
) {
  const { report, finished } = await workspace.importPredictions(file, choices);
  await finished;
  return report;
}

async function scan(workspace: Workspace) {
  const { finished } = await workspace.startScan(SETUP);
  await finished;
}

const flaggedImages = (workspace: Workspace) => {
  const { queueId, total } = workspace.queues.take({ filter: { show: 'flagged' } });
  return workspace.queues.snapshots
    .items(queueId, 0, total)
    .map(({ image }) => image)
    .sort();
};

const idOf = (workspace: Workspace, image: string) =>
  workspace.opened.project.samples.byImage(image)?.id ?? 0;

function read<T>(file: string, look: (database: Database.Database) => T): T {
  const database = new Database(file, { readonly: true });
  try {
    return look(database);
  } finally {
    database.close();
  }
}

const stagedTables = (file: string) =>
  read(file, (database) =>
    database.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'staged%'").all(),
  );

/** Columns and references of the tables that an import fills. */
const constraintsOf = (file: string) =>
  read(file, (database) =>
    ['predictions', 'embeddings', 'flags'].map((table) => [
      database.pragma(`table_info(${table})`),
      database.pragma(`foreign_key_list(${table})`),
      database.prepare('SELECT strict FROM pragma_table_list WHERE name = ?').pluck().get(table),
    ]),
  );

describe('imported predictions', () => {
  it('make a dataset that was never scanned one to review and to export, also after a restart', async () => {
    const workspace = await opened();
    const report = await imported(workspace, table(IMAGES.map(rowOf)));
    expect(report).toMatchObject({
      images: 12,
      withoutRow: 0,
      unreadable: 0,
      embeddingSize: 0,
      unknownLabels: [],
    });
    expect(flaggedImages(workspace)).toEqual(Object.keys(WRONG));
    const detail = workspace.detail(idOf(workspace, 'happy/wrong.png'));
    expect(detail.prediction?.reason).toMatch(/^mine\.csv sees sad .*, not happy /);
    expect(detail.prediction).toMatchObject({ tuned: null, anchors: [], suggested: CLASSES.indexOf('sad') });
    const rows = exportRows(workspace, exportRequestSchema.parse({ what: 'all' }));
    expect(rows.filter((row) => row.label_corrected !== row.label_given)).toHaveLength(2);

    await workspace.close();
    const again = await Workspace.open(workspace.folder, 'ann');
    onTestFinished(() => again.close());
    expect(flaggedImages(again)).toEqual(Object.keys(WRONG));
    expect(again.counts()).toMatchObject({ scanned: 12, pending: 0 });
    expect(again.run).toMatchObject({
      provider: null,
      modelSha256: report.sha256,
      model: { name: 'mine.csv' },
    });
  });

  it('take the place of a scan, which is kept to compare with; a later scan takes theirs', async () => {
    const workspace = await opened();
    await scan(workspace);
    workspace.decide({ sampleIds: [idOf(workspace, 'sad/1.png')], verdict: 'kept', label: null, note: '' });
    const sure = IMAGES.map((image) => [image, ...sureOf(image.split('/')[0] as string, CLASSES)].join(','));
    await imported(workspace, table(sure), { modelName: 'mine' });
    expect(flaggedImages(workspace)).toEqual([]);
    const { comparison } = await workspace.overview.read();
    expect(comparison).toMatchObject({ now: { name: 'mine' }, images: 12, lost: 2, gained: 0 });
    expect(workspace.counts().reviewed).toBe(1);

    await scan(workspace);
    expect(flaggedImages(workspace)).toEqual(Object.keys(WRONG));
    expect((await workspace.overview.read()).comparison).toMatchObject({
      before: { name: 'mine' },
      gained: 2,
    });
  });

  it('with embeddings give a tuned model and the nearest images; without them a map is refused plainly', async () => {
    const more = {
      ...SMALL_DATASET,
      'angry/4.png': 'anger',
      'angry/5.png': 'anger',
      'sad/4.png': 'sadness',
    } as const;
    const images = Object.keys(more);
    const workspace = await opened(more);
    const file = table(images.map(rowOf));
    const embeddings = predictionFile(
      'e.npy',
      npyMatrix(images.map((image, at) => [...sureOf(readsIn(image), CLASSES), at / 1000])),
    );
    expect(await imported(workspace, file, { embeddings })).toMatchObject({ embeddingSize: 4 });
    const { neighbours } = await workspace.neighbours(
      idOf(workspace, 'happy/wrong.png'),
      3,
      new AbortController().signal,
    );
    expect(neighbours.map(({ image }) => image.split('/')[0])).toEqual(['sad', 'sad', 'sad']);
    expect(workspace.detail(idOf(workspace, 'sad/1.png')).prediction?.tuned).not.toBeNull();

    await imported(workspace, file);
    expect(workspace.detail(idOf(workspace, 'sad/1.png')).prediction?.tuned).toBeNull();
    expect(() => workspace.map.start('arrange')).toThrow(/have no embeddings/);
  });

  it('in the order of the dataset need a row for every image', async () => {
    const workspace = await opened();
    const rows = IMAGES.map((image) => sureOf(readsIn(image), CLASSES));
    const options = { classes: CLASSES };
    await imported(workspace, predictionFile('p.npy', npyMatrix(rows)), options);
    expect(flaggedImages(workspace)).toEqual(Object.keys(WRONG));
    const short = predictionFile('p.npy', npyMatrix(rows.slice(1)));
    await expect(workspace.importPredictions(short, options)).rejects.toThrow(
      /it has 11 rows and no names, but the dataset has 12 images/,
    );
  });

  it('find images by paths as other programs write them', async () => {
    const workspace = await opened();
    const written = (image: string, at: number) =>
      [join(workspace.folder, image), `./${image}`, image.replace('/', '\\')][at % 3] as string;
    const rows = IMAGES.map((image, at) => rowOf(image).replace(image, written(image, at)));
    expect(await imported(workspace, table(rows))).toMatchObject({ images: 12 });
  });

  it('that lack some images leave those unscanned; rows of others are ignored on request', async () => {
    const workspace = await opened();
    const rows = [...IMAGES.slice(2).map(rowOf), rowOf('sad/1.png').replace('sad/1.png', 'elsewhere/1.png')];
    await expect(workspace.importPredictions(table(rows))).rejects.toThrow(
      /line 12: "elsewhere\/1\.png" could be angry\/1\.png or happy\/1\.png/,
    );
    expect(await imported(workspace, table(rows), { skipUnknown: true })).toMatchObject({
      images: 10,
      withoutRow: 2,
      unknown: 1,
    });
    expect(workspace.counts()).toMatchObject({ scanned: 10, pending: 2 });
  });

  it('that are not good to the last row change nothing', async () => {
    const workspace = await opened();
    await scan(workspace);
    const before = workspace.detail(idOf(workspace, 'happy/wrong.png'));
    const bad: [string[], RegExp][] = [
      [[...IMAGES, 'sad/2.png'].map(rowOf), /line 14: "sad\/2\.png" has a row already/],
      [[rowOf('angry/1.png'), ',.7,.2,.1'], /line 3: it names no image/],
      [[...IMAGES.map(rowOf), 'x.png,9,9,9'], /line 14: .*add up to 27/],
    ];
    for (const [rows, problem] of bad) {
      await expect(workspace.importPredictions(table(rows))).rejects.toMatchObject({
        code: 'table-invalid',
        message: expect.stringMatching(problem),
        hint: expect.stringContaining('Nothing was imported.'),
      });
    }
    expect(workspace.detail(idOf(workspace, 'happy/wrong.png'))).toEqual(before);
    expect(workspace.run?.model.name).toBe('tiny');
    expect(flaggedImages(workspace)).toEqual(Object.keys(WRONG));
  });

  it('that are being staged are not visible; if killed then, the project is as before and imports them again', async () => {
    const workspace = await opened();
    await scan(workspace);
    const { project } = workspace.opened;
    const file = table(IMAGES.map(rowOf));
    const { signal } = new AbortController();
    const killed = join(temporaryFolder(), 'killed.sqlite');
    const { run } = await importPredictions(
      { project, folder: workspace.folder },
      file,
      {},
      {
        progress: () => {
          expect(project.modelRuns.latest()?.model.name).toBe('tiny');
          expect(workspace.detail(idOf(workspace, 'sad/1.png')).prediction?.anchors).not.toEqual([]);
          for (const part of ['', '-wal']) copyFileSync(project.path + part, killed + part);
        },
        signal,
      },
    );
    expect(project.modelRuns.latest()).toEqual(run);

    expect(stagedTables(killed)).toHaveLength(3);
    const after = ProjectFile.openForWriting(killed);
    onTestFinished(() => after.close());
    expect(stagedTables(killed)).toEqual([]);
    expect(after.modelRuns.latest()?.model.name).toBe('tiny');
    expect(after.samples.counts()).toMatchObject({ read: 12 });
    await importPredictions(
      { project: after, folder: workspace.folder },
      file,
      {},
      { progress: () => {}, signal },
    );
    expect(after.modelRuns.latest()).toMatchObject({ id: run.id, model: { name: 'mine.csv' } });
  });

  it('are kept in tables that are as strict as before', async () => {
    const workspace = await opened();
    const { path } = workspace.opened.project;
    const before = constraintsOf(path);
    for (const _ of ['first', 'second']) await imported(workspace, table(IMAGES.map(rowOf)));
    expect(constraintsOf(path)).toEqual(before);
  });

  it('of other classes than the dataset has are refused', async () => {
    const workspace = await opened();
    const file = predictionFile('p.npy', npyMatrix(IMAGES.map(() => [0.5, 0.5])));
    await expect(workspace.importPredictions(file, { classes: ['cat', 'dog'] })).rejects.toThrow(
      /fewer than two of its classes \(cat, dog\) are in the dataset \(angry, happy, sad\)/,
    );
  });
});
