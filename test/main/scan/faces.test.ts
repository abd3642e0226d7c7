import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { OpenOptions } from '../../../src/main/open/index.ts';
import type { ProjectFile } from '../../../src/main/project/index.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { COLOURS, colourPng, TINY_MODELS } from '../../support/colourDataset.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { exportRows } from '../../support/exportRows.ts';
import { paint } from '../../support/imageFiles.ts';
import { imageParquet } from '../../support/imageParquet.ts';
import { DETECTOR, photograph } from '../../support/photographs.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const SETUP = {
  model: join(TINY_MODELS, 'tiny.onnx'),
  modelsFolder: TINY_MODELS,
  provider: 'cpu',
  detectorPath: DETECTOR,
} as const;

const LARGE = { file: 'anger/aiko_005.jpg', left: 60, top: 120, side: 220 };
const SMALL = { file: 'happiness/aiko_007.jpg', left: 420, top: 40, side: 110 };

async function makePhotographs(): Promise<string> {
  temporaryDataFolder();
  return makeTree(join(temporaryFolder(), 'photographs'), {
    'angry/one.jpg': await photograph([LARGE]),
    'angry/two.jpg': await photograph([SMALL, LARGE]),
    'happy/none.jpg': await photograph([]),
    'happy/broken.jpg': readFileSync(DETECTOR).subarray(0, 500),
  });
}

async function open(folder: string, options: OpenOptions = {}): Promise<Workspace> {
  const workspace = await Workspace.open(folder, 'ann', options);
  onTestFinished(() => workspace.close());
  return workspace;
}

async function scan(workspace: Workspace, setup: object = SETUP) {
  return (await workspace.startScan({ ...SETUP, ...setup })).finished;
}

const samplesOf = (project: ProjectFile) =>
  [...project.samples.all()]
    .filter(({ state }) => state !== 'vanished')
    .map(({ image, state, width }) => `${image} ${state} ${width}`);
const EVERY_ROW = { what: 'all', unreviewed: 'keep', above: 0.5 } as const;
const exported = (workspace: Workspace) =>
  exportRows(workspace, EVERY_ROW as never).map(({ image, label_given, face, issues, box_left }) => ({
    image,
    label_given,
    face,
    issues: issues.split(';').filter((issue) => issue.includes('face')),
    hasBox: box_left !== '',
  }));

// Processes are started, and a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

describe('faces in whole photographs', () => {
  it('are cut out, several as samples beside the first, and a photograph without one stays whole', async () => {
    const workspace = await open(await makePhotographs(), { faces: 'detect' });
    const jobs = new Set<string>();
    workspace.on('job', ({ kind }) => jobs.add(kind));
    expect((await scan(workspace)).state).toBe('done');
    expect([...jobs]).toEqual(['faces', 'scan', 'fit']);
    const { project } = workspace.opened;
    expect(exported(workspace)).toEqual([
      { image: 'angry/one.jpg', label_given: 'angry', face: '1/1', issues: [], hasBox: true },
      { image: 'angry/two.jpg', label_given: 'angry', face: '1/2', issues: ['several-faces'], hasBox: true },
      {
        image: 'angry/two.jpg#2',
        label_given: 'angry',
        face: '2/2',
        issues: ['several-faces'],
        hasBox: true,
      },
      { image: 'happy/broken.jpg', label_given: 'happy', face: '', issues: [], hasBox: false },
      { image: 'happy/none.jpg', label_given: 'happy', face: '0/0', issues: ['no-face'], hasBox: false },
    ]);
    const [first, second] = ['angry/two.jpg', 'angry/two.jpg#2'].map((image) =>
      project.samples.byImage(image),
    );
    expect(first?.width).toBeGreaterThan(second?.width ?? 0);
    expect(project.samples.byImage('happy/none.jpg')).toMatchObject({
      width: 640,
      height: 480,
      region: null,
    });
    const several = workspace.queues.take({ filter: { show: 'several-faces' } } as never);
    expect(
      workspace.queues.snapshots
        .items(several.queueId, 0, 9)
        .map(({ image }) => image)
        .sort(),
    ).toEqual(['angry/two.jpg', 'angry/two.jpg#2']);
    expect(workspace.queues.take({ filter: { show: 'no-face' } } as never).total).toBe(1);
    expect(workspace.detail(second?.id ?? 0).face).toEqual({ number: 2, of: 2 });
  });

  it('keep their verdicts when whole images are chosen, and are found again without a second search', async () => {
    const folder = await makePhotographs();
    const first = await open(folder, { faces: 'detect' });
    await scan(first);
    const { samples } = first.opened.project;
    const sampleIds = ['angry/two.jpg', 'angry/two.jpg#2'].map((image) => samples.byImage(image)?.id ?? 0);
    first.decide({ sampleIds, verdict: 'relabelled', label: 1, note: '' });
    const before = samplesOf(first.opened.project);
    await first.close();

    const whole = await open(folder, { faces: 'none' });
    await scan(whole);
    expect(samplesOf(whole.opened.project)).toEqual([
      'angry/one.jpg read 640',
      'angry/two.jpg read 640',
      'happy/broken.jpg unreadable null',
      'happy/none.jpg read 640',
    ]);
    expect(exported(whole).map(({ face, issues }) => face + issues)).toEqual(['', '', '', '']);
    expect(whole.opened.project.samples.byImage('angry/two.jpg')?.currentVerdict).toBe('relabelled');
    await whole.close();

    const again = await open(folder, { faces: 'detect' });
    expect(again.opened.project.faces.counts()).toEqual({ waiting: 0, searched: 4 });
    await scan(again, { detectorPath: '/no/such/detector.onnx' });
    expect(samplesOf(again.opened.project)).toEqual(before);
    expect(again.opened.project.samples.byImage('angry/two.jpg#2')?.currentVerdict).toBe('relabelled');
    await again.close();

    const reopened = await open(folder);
    expect(samplesOf(reopened.opened.project)).toEqual(before); // the choice is kept
  });

  it('are looked for again in a file that has changed, and in that alone', async () => {
    const folder = await makePhotographs();
    const first = await open(folder, { faces: 'detect' });
    await scan(first);
    await first.close();
    utimesSync(join(folder, 'angry/two.jpg'), new Date(2001, 1), new Date(2001, 1));
    const later = await open(folder);
    expect(later.opened.project.faces.counts()).toEqual({ waiting: 1, searched: 3 });
    await scan(later);
    expect(exported(later).map(({ face }) => face)).toEqual(['1/1', '1/2', '2/2', '', '0/0']);
  });

  it('are still to be found after a search that was stopped', async () => {
    const folder = await makePhotographs();
    const stopped = await open(folder, { faces: 'detect' });
    const { finished } = await stopped.startScan(SETUP);
    stopped.cancelScan();
    expect(await finished).toMatchObject({ kind: 'faces', state: 'cancelled' });
    await stopped.close();
    const workspace = await open(folder);
    expect((await scan(workspace)).state).toBe('done');
    expect(exported(workspace).map(({ face }) => face)).toEqual(['1/1', '1/2', '2/2', '', '0/0']);
  });

  it('are not searched, and nothing is scanned, where the detector is missing', async () => {
    const workspace = await open(await makePhotographs(), { faces: 'detect' });
    const missing = join(temporaryFolder(), 'none.onnx');
    await expect(workspace.startScan({ ...SETUP, detectorPath: missing })).rejects.toMatchObject({
      code: 'model-missing',
      hint: expect.stringContaining('--faces'),
    });
    expect(workspace.counts().scanned).toBe(0);
  });

  it('are filtered by the columns of their photograph at once, and fitted in one fold with it', async () => {
    temporaryDataFolder();
    const folder = await makeTree(join(temporaryFolder(), 'photographs'), {
      'one.jpg': await photograph([LARGE]),
      'two.jpg': await photograph([SMALL, LARGE]),
      'labels.csv': 'image,label,place\none.jpg,happy,indoors\ntwo.jpg,angry,street\n',
    });
    const workspace = await open(folder, { faces: 'detect' });
    await scan(workspace);
    const inTheStreet = (one: Workspace) =>
      one.queues.take({
        filter: { show: 'all', metadata: [{ column: 'place', values: ['street'] }] },
      } as never).total;
    expect(inTheStreet(workspace)).toBe(2);
    const { project } = workspace.opened;
    const model = project.modelRuns.latest()?.model;
    const photographs = project.predictions.fitColumns(0, 9, model as never).map((row) => row.photograph);
    expect(photographs).toEqual(['one.jpg', 'two.jpg', 'two.jpg']);
    await workspace.close();
    expect(inTheStreet(await open(folder))).toBe(2); // imported again, and nothing is searched
  });

  it('are found in the pictures that a Parquet file holds', async () => {
    temporaryDataFolder();
    const folder = await makeTree(join(temporaryFolder(), 'parquet'), {
      'data/train-00000-of-00001.parquet': imageParquet([
        { bytes: new Uint8Array(await photograph([SMALL, LARGE])), label: 0n },
        { bytes: new Uint8Array(await photograph([LARGE])), label: 1n },
      ]),
    });
    const workspace = await open(folder, { faces: 'detect' });
    await scan(workspace);
    expect(exported(workspace).map(({ face, hasBox }) => [face, hasBox])).toEqual([
      ['1/2', true],
      ['2/2', true],
      ['1/1', true],
    ]);
    const regions = [...workspace.opened.project.samples.all()].map(({ region }) => region);
    expect(regions).toMatchObject([
      { kind: 'box', picture: { kind: 'parquet', row: 0 } },
      { kind: 'box', picture: { kind: 'parquet', row: 0 } },
      { kind: 'box', picture: { kind: 'parquet', row: 1 } },
    ]);
  });

  it('are looked for in those images of COCO alone that have no box', async () => {
    temporaryDataFolder();
    const folder = await makeTree(join(temporaryFolder(), 'coco'), {
      'boxed.jpg': await photograph([SMALL, LARGE]),
      'whole.jpg': await photograph([SMALL, LARGE]),
      'labels.json': JSON.stringify({
        images: [
          { id: 1, file_name: 'boxed.jpg' },
          { id: 2, file_name: 'whole.jpg' },
        ],
        categories: [
          { id: 1, name: 'happy' },
          { id: 2, name: 'angry' },
        ],
        annotations: [
          { id: 1, image_id: 1, category_id: 1, bbox: [420, 40, 110, 110] },
          { id: 2, image_id: 2, category_id: 2 },
        ],
      }),
    });
    const workspace = await open(folder, { faces: 'detect' });
    await scan(workspace);
    expect(exported(workspace).map(({ image, face }) => [image, face])).toEqual([
      ['boxed.jpg', ''],
      ['whole.jpg', '1/2'],
      ['whole.jpg#2', '2/2'],
    ]);
    expect(workspace.opened.project.samples.byImage('boxed.jpg')?.width).toBe(110);
  });

  it('give way to a row of the source that has their key', async () => {
    temporaryDataFolder();
    const tree = {
      'two.jpg': await photograph([SMALL, LARGE]),
      'labels.csv': 'image,label\ntwo.jpg,angry\n',
    };
    const folder = await makeTree(join(temporaryFolder(), 'photographs'), tree);
    const first = await open(folder, { faces: 'detect' });
    await scan(first);
    const further = first.opened.project.samples.byImage('two.jpg#2')?.id ?? 0;
    await first.close();
    writeFileSync(join(folder, 'labels.csv'), 'image,label\ntwo.jpg,angry\ntwo.jpg,happy\n');
    const later = await open(folder);
    const { samples } = later.opened.project;
    expect(samples.byId(further)?.image).toBe('two.jpg#3');
    expect(samples.byImage('two.jpg#2')?.givenClass).toBe(1);
  });
});

describe('boxes that the source gives', () => {
  async function expw(options: OpenOptions): Promise<Workspace> {
    temporaryDataFolder();
    const [left, right] = [COLOURS.happiness, COLOURS.anger];
    const pixels = paint(80, 40, (x) => [...(x < 40 ? left : right)] as [number, number, number]);
    const folder = await makeTree(join(temporaryFolder(), 'expw'), {
      'image/origin/two.png': await Transformer.fromRgbaPixels(pixels, 80, 40).png(),
      'image/origin/one.png': await colourPng('sadness'),
      'label/label.lst': 'two.png 0 0 0 40 40 50 3\ntwo.png 1 0 40 80 40 50 3\none.png 0 0 0 48 48 50 4\n',
    });
    const workspace = await open(folder, options);
    await scan(workspace);
    return workspace;
  }

  it('are followed by default, and where faces are looked for, since the source knows better', async () => {
    const boxed = [
      'image/origin/two.png read 40',
      'image/origin/two.png#2 read 40',
      'image/origin/one.png read 48',
    ];
    expect(samplesOf((await expw({})).opened.project)).toEqual(boxed);
    const detect = await expw({ faces: 'detect' });
    expect(samplesOf(detect.opened.project)).toEqual(boxed);
    expect(detect.opened.project.faces.counts()).toEqual({ waiting: 0, searched: 0 });
  });

  it('are ignored where whole images are requested: each row then shows the whole photograph', async () => {
    expect(samplesOf((await expw({ faces: 'none' })).opened.project)).toEqual([
      'image/origin/two.png read 80',
      'image/origin/two.png#2 read 80',
      'image/origin/one.png read 48',
    ]);
  });

  it('make no difference to SFEW, whose images are aligned faces: each choice uses them whole, or finds the face', async () => {
    temporaryDataFolder();
    const folder = await makeTree(join(temporaryFolder(), 'sfew'), {
      'Train_Aligned_Faces/Angry/Film_0001.png': await photograph([LARGE]),
      'Train_Aligned_Faces/Happy/Film_0002.png': await photograph([]),
      'Val_Aligned_Faces/Happy/Film_0003.png': await photograph([]),
    });
    for (const faces of ['none', 'box', 'detect'] as const) {
      const workspace = await open(folder, { faces });
      await scan(workspace);
      expect(workspace.opened.project.dataset.read()?.recognition.layout).toBe('sfew');
      expect(exported(workspace).map(({ face, hasBox }) => [face, hasBox])).toEqual(
        faces === 'detect'
          ? [
              ['1/1', true],
              ['0/0', false],
              ['0/0', false],
            ]
          : [
              ['', false],
              ['', false],
              ['', false],
            ],
      );
      await workspace.close();
    }
  });
});
