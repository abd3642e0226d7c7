import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cropOfFace, type DetectedFace, rankFaces } from '../../../src/domain/faces.ts';
import { overlap, readDetections } from '../../../src/main/engine/faces/detections.ts';
import { checkDetectorFile } from '../../../src/main/engine/faces/detectorFile.ts';
import { type FaceFinder, startFaceFinder } from '../../../src/main/engine/index.ts';
import { DETECTOR, lyingPhotograph, type PlacedFace, photograph } from '../../support/photographs.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyModel } from './models.ts';

const cornersOf = ({
  left,
  top,
  width,
  height,
}: {
  left: number;
  top: number;
  width: number;
  height: number;
}) => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const placeOf = ({ left, top, side }: PlacedFace) => cornersOf({ left, top, width: side, height: side });

async function finder(): Promise<FaceFinder> {
  const started = await startFaceFinder({ detectorPath: DETECTOR, threads: 1 });
  onTestFinished(() => started.close());
  return started;
}

function fileOf(bytes: Uint8Array, name = 'photo.jpg'): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, bytes);
  return file;
}

describe('the boxes in a detector’s outputs', () => {
  // Golden: the detector's own post-processing (hard_nms of its repository in NumPy), score 0.7, overlap 0.3.
  const boxes = [
    [0.2, 0.25, 0.4, 0.55],
    [0.21, 0.28, 0.43, 0.56],
    [0.19, 0.22, 0.39, 0.54],
    [0.625, 0.4, 0.775, 0.6],
    [0.63, 0.41, 0.79, 0.63],
    [0.35, 0.3, 0.65, 0.6],
    [0.75, 0.75, 1.05, 1.05],
    [0.21, 0.45, 0.41, 0.75],
    [0.645, 0.25, 0.795, 0.45],
    [0.075, 0.07, 0.125, 0.13],
  ];
  const scores = [0.91, 0.95, 0.8, 0.99, 0.72, 0.69, 0.75, 0.88, 0.93, 0.71];
  const asTensor = (rows: number[][]) => Float32Array.from(rows.flat());
  const read = (faces: number[], at = boxes) =>
    readDetections(asTensor(faces.map((face) => [1 - face, face])), asTensor(at));

  it('are the sure ones, each face once, the surest first', () => {
    const left = [3, 1, 8, 7, 6, 9].map((box) => Math.fround(boxes[box]?.[0] ?? 0));
    expect(read(scores).map((face) => face.left)).toEqual(left);
  });

  it('leave out what is no box or no number', () => {
    const broken = [
      [0.5, 0.5, 0.4, 0.6],
      [Number.NaN, 0, 1, 1],
      [0, 0, 1, 1],
    ];
    expect(read([0.9, 0.9, Number.NaN], broken)).toEqual([]);
  });

  it('overlap by their intersection over their union', () => {
    const box = { left: 0, top: 0, right: 2, bottom: 2 };
    expect(overlap(box, { left: 1, top: 0, right: 3, bottom: 2 })).toBeCloseTo(1 / 3);
    expect(overlap(box, { left: 2, top: 2, right: 3, bottom: 3 })).toBe(0);
  });
});

describe('the faces of one image', () => {
  const face = (left: number, top: number, side: number): DetectedFace => ({
    left,
    top,
    width: side * 0.8,
    height: side,
    score: 0.9,
  });
  const image = { width: 640, height: 480 };

  it('begin with the largest, or one that is nearly as large in the middle', () => {
    const [small, large] = [face(300, 200, 60), face(60, 100, 300)];
    expect(rankFaces([small, large], image)).toEqual([large, small]);
    const [middle, edge] = [face(280, 190, 100), face(520, 0, 110)];
    expect(rankFaces([edge, middle], image)).toEqual([middle, edge]);
  });

  it('leave out those that are too small to show an expression', () => {
    expect(rankFaces([face(10, 10, 23)], image)).toEqual([]);
    expect(rankFaces([face(10, 10, 24)], image)).toHaveLength(1);
  });

  it('are cut out as squares around their middle', () => {
    expect(cropOfFace(face(100, 50, 200))).toEqual({
      kind: 'box',
      left: 80,
      top: 50,
      width: 200,
      height: 200,
    });
  });
});

describe('the shipped face detector', () => {
  const anger = { file: 'anger/aiko_005.jpg', left: 60, top: 120, side: 200 };

  it('is the file that its page describes', async () => {
    const digest = createHash('sha256').update(readFileSync(DETECTOR)).digest('hex');
    expect(digest).toBe('779b8233eb4f2b8503ba2c8a946407cdf97a0a9b1028a186ca36de8e19bcc651');
    await checkDetectorFile(DETECTOR);
    expect(existsSync(join(DETECTOR, '../LICENSE'))).toBe(true);
  });

  it('is reported if it is missing, cut off, or another model', async () => {
    const missing = join(temporaryFolder(), 'none.onnx');
    const error = {
      code: 'model-missing',
      message: expect.stringContaining(missing),
      hint: /--faces none, box/,
    };
    await expect(startFaceFinder({ detectorPath: missing })).rejects.toMatchObject({
      ...error,
      hint: expect.stringMatching(error.hint),
    });
    const cut = fileOf(readFileSync(DETECTOR).subarray(0, 600_000), 'cut.onnx');
    await expect(startFaceFinder({ detectorPath: cut })).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('cut.onnx cannot be used'),
    });
    await expect(startFaceFinder({ detectorPath: tinyModel })).rejects.toMatchObject({
      message: expect.stringContaining('`input` is not float32 [1,3,240,320]'),
    });
  });

  it('finds the faces of photographs where they are, in the order of their prominence', async () => {
    const second = { file: 'happiness/aiko_007.jpg', left: 420, top: 40, side: 110 };
    const { find } = await finder();
    const [two, none, gone] = await find([
      { id: 1, path: fileOf(await photograph([second, anger])) },
      { id: 2, path: fileOf(await photograph([])) },
      { id: 3, path: join(temporaryFolder(), 'gone.jpg') },
    ]);
    if (!two?.ok) throw new Error('unreadable');
    expect(two.faces).toHaveLength(2);
    for (const [index, placed] of [anger, second].entries()) {
      const crop = cropOfFace(two.faces[index] as DetectedFace);
      expect(overlap(cornersOf(crop), placeOf(placed))).toBeGreaterThan(0.5);
    }
    expect(none).toMatchObject({ id: 2, ok: true, faces: [] });
    expect(gone).toMatchObject({ id: 3, ok: false, problem: 'file not found', file: null });
  });

  it('sees a photograph upright that lies on its side in the file, and boxes it upright', async () => {
    const { find } = await finder();
    const [upright, lying] = await find([
      { id: 1, path: fileOf(await photograph([anger])) },
      { id: 2, path: fileOf(await lyingPhotograph([anger])) },
    ]);
    if (!upright?.ok || !lying?.ok) throw new Error('unreadable');
    const [a, b] = [upright.faces[0], lying.faces[0]].map((found) => cornersOf(found as DetectedFace));
    expect(overlap(a as never, b as never)).toBeGreaterThan(0.9);
  });

  it('says the same of an image whatever comes with it', async () => {
    const path = fileOf(await photograph([anger]));
    const other = fileOf(await photograph([{ ...anger, left: 300 }]));
    const { find } = await finder();
    const [alone] = await find([{ id: 1, path }]);
    const [, among] = await find([
      { id: 0, path: other },
      { id: 1, path },
    ]);
    expect(among).toEqual(alone);
  });
});

describe('the shipped face detector on photographs of faces', () => {
  const folder = process.env.FER_FOLDER ?? '';
  const hasData = existsSync(join(folder, 'images.zip'));

  it.skipIf(!hasData)('finds most FER2013 images in a scene (needs FER_FOLDER with images.zip)', async () => {
    const wanted = new Set(Array.from({ length: 16 }, (_, n) => `PublicTest/fer00${28_800 + n * 40}.png`));
    const files = unzipSync(readFileSync(join(folder, 'images.zip')), {
      filter: ({ name }) => wanted.has(name),
    });
    const places = Object.entries(files).map(([name, bytes]) => ({
      file: fileOf(bytes, name.replace('/', '-')),
      left: 150,
      top: 100,
      side: 240,
    }));
    expect(places.length).toBeGreaterThan(10);
    const { find } = await finder();
    const photographs = await Promise.all(places.map((place) => photograph([place])));
    const found = await find(photographs.map((bytes, id) => ({ id, path: fileOf(bytes) })));
    const hits = found.filter(
      (result) =>
        result.ok &&
        result.faces.some(
          (face) => overlap(cornersOf(cropOfFace(face)), placeOf(places[result.id] as PlacedFace)) > 0.5,
        ),
    );
    expect(hits.length / places.length).toBeGreaterThanOrEqual(0.85);
  });
});
