import { linkSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import Database from 'better-sqlite3';
import { EMOTIONS } from '../../src/domain/emotions.ts';
import { resolveModel } from '../../src/main/engine/index.ts';
import { ProjectFile } from '../../src/main/project/index.ts';
import type { MapInfo } from '../../src/protocol/map.ts';
import { storeGeneratedFit } from './storeGeneratedFit.ts';

/** Pictures that all rows share, as many as a browser's cache holds. */
const PICTURES = 600;
const SIDE_PIXELS = 112;
const EMBEDDING = 192;
const ROWS_AT_ONCE = 20_000;
/** Different embeddings of each class. Images share them: a measurement depends only on the number of images. */
const EMBEDDINGS = 500;
/** Up to this many images, each has its own file. */
const LISTED = 50_000;
/** At most this many images have a map. */
const MAPPED = 100_000;

export interface GeneratedProject {
  folder: string;
  file: string;
}

/**
 * A project of `rows` images as a scan would leave it, written straight into SQLite: labels, distributions,
 * anchors, embeddings and scores that look like those of a real one. The last `pending` images wait for the model.
 */
export async function makeProject(root: string, rows: number, pending: number): Promise<GeneratedProject> {
  const folder = join(root, 'faces');
  await writePictures(folder);
  if (rows <= LISTED) writeList(folder, rows);
  const file = join(root, 'project.sqlite');
  const { metadata, sha256, path } = await resolveModel(undefined, join(import.meta.dirname, '../../models'));
  const project = ProjectFile.openForWriting(file);
  const classes = [...EMOTIONS];
  project.dataset.write(folder, {
    layout: 'table',
    title: 'Table',
    confidence: 1,
    reason: 'generated for a measurement',
    options: {},
    classes: classes.map((name) => ({ name, count: Math.floor(rows / classes.length), id: null })),
    splits: ['train', 'test'].map((name) => ({ name, count: Math.floor(rows / 2) })),
    metadata: [],
    images: rows,
    problems: [],
  });
  project.dataset.addClasses(classes);
  const { id: runId } = project.modelRuns.begin({
    modelSha256: sha256,
    modelPath: path,
    model: metadata,
    provider: { requested: 'cpu', used: 'cpu', fallbacks: [] },
    views: 'one',
  });
  project.close();
  const given = fill(file, folder, rows, pending, runId, classes.length, metadata.anchorsPerClass);
  storeGeneratedFit(file, given);
  return { folder, file };
}

/** A small folder is read when it is opened, so it must exist: links to the pictures, and a table. */
function writeList(folder: string, rows: number): void {
  mkdirSync(join(folder, 'images'));
  const lines = ['image,label,split'];
  const random = seeded(1);
  for (let id = 1; id <= rows; id++) {
    linkSync(join(folder, `${id % PICTURES}.jpg`), join(folder, imageName(id)));
    lines.push(`${imageName(id)},${EMOTIONS[Math.floor(random() * EMOTIONS.length)]},train`);
  }
  writeFileSync(join(folder, 'labels.csv'), lines.join('\n'));
}

const imageName = (id: number) => `images/${String(id).padStart(7, '0')}.jpg`;

async function writePictures(folder: string): Promise<void> {
  for (let index = 0; index < PICTURES; index++) {
    const file = join(folder, `${index}.jpg`);
    mkdirSync(dirname(file), { recursive: true });
    const pixels = new Uint8Array(SIDE_PIXELS * SIDE_PIXELS * 4).fill(255);
    for (let at = 0; at < pixels.length; at += 4) {
      const [x, y] = [(at / 4) % SIDE_PIXELS, Math.floor(at / 4 / SIDE_PIXELS)];
      pixels.set([(x * 2 + index) & 255, (y * 2 + 7 * index) & 255, ((x ^ y) + index * 3) & 255], at);
    }
    writeFileSync(file, await Transformer.fromRgbaPixels(pixels, SIDE_PIXELS, SIDE_PIXELS).jpeg(85));
  }
}

/** @returns the given label of each image */
function fill(
  file: string,
  folder: string,
  rows: number,
  pending: number,
  runId: number,
  classes: number,
  anchorsPerClass: number,
): Int16Array {
  const database = new Database(file);
  database.pragma('journal_mode = MEMORY'); // an interrupted run is deleted
  database.pragma('synchronous = OFF');
  const random = seeded(2);
  const withMap = rows <= MAPPED;
  const labels = seeded(1);
  const pictures = Array.from({ length: PICTURES }, (_, index) => statSync(join(folder, `${index}.jpg`)));
  const sample = database.prepare(
    `INSERT INTO samples (id, ordinal, image, path, split, given_class, state, size_bytes, mtime_ms, width, height, format)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ${SIDE_PIXELS}, ${SIDE_PIXELS}, 'jpeg')`,
  );
  const prediction = database.prepare(
    `INSERT INTO predictions (sample_id, run_id, primary_distribution, corrected_distribution, confidence_primary,
       confidence_corrected, corrected_class, nearest_anchors) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const embedding = database.prepare('INSERT INTO embeddings (sample_id, run_id, vector) VALUES (?, ?, ?)');
  const flag = database.prepare(
    `INSERT INTO flags (sample_id, run_id, suggested_class, likelihood_ratio, self_confidence, normalised_margin)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const place = database.prepare('INSERT INTO map_points (sample_id, x, y) VALUES (?, ?, ?)');
  const vectors = Array.from({ length: classes * EMBEDDINGS }, (_, index) =>
    Buffer.from(
      Float16Array.from({ length: EMBEDDING }, (_, at) =>
        at % classes === index % classes ? random() + 1 : random(),
      ).buffer,
    ),
  );
  const labelOf = new Int16Array(rows);
  const insert = (id: number) => {
    const given = Math.floor(labels() * classes);
    labelOf[id - 1] = given;
    const suggested = random() < 0.2 ? Math.floor(random() * classes) : given;
    const isPending = id > rows - pending;
    const split = 'train';
    const path = rows <= LISTED ? imageName(id) : `${id % PICTURES}.jpg`;
    const { size, mtimeMs } = pictures[id % PICTURES] as { size: number; mtimeMs: number };
    sample.run(id, id - 1, imageName(id), path, split, given, isPending ? 'pending' : 'read', size, mtimeMs);
    if (isPending) return;
    const confidence = 0.4 + 0.6 * random();
    const distribution = new Float32Array(classes).fill((1 - confidence) / (classes - 1));
    distribution[suggested] = confidence;
    const nearest = Math.floor(random() * anchorsPerClass);
    const anchors = Array.from({ length: 5 }, (_, rank) => [
      (suggested + (rank > 2 ? 1 : 0)) % classes,
      (nearest + rank) % anchorsPerClass, // each another one
      0.5 + rank / 5 + random() / 5,
      1 / (1 + rank),
    ]);
    const floats = (values: Float32Array) => Buffer.from(values.buffer.slice(0));
    const blob = floats(distribution);
    prediction.run(
      id,
      runId,
      blob,
      blob,
      confidence,
      confidence,
      suggested,
      floats(new Float32Array(anchors.flat())),
    );
    embedding.run(id, runId, vectors[suggested + classes * Math.floor(random() * EMBEDDINGS)]);
    const score = suggested === given ? 0.5 * random() : 0.5 + 0.5 * random();
    flag.run(id, runId, suggested, score, score, score);
    if (withMap) place.run(id, ...placeNear(suggested, random));
  };
  const insertMany = database.transaction((from: number, to: number) => {
    for (let id = from; id < to; id++) insert(id);
  });
  for (let from = 1; from <= rows; from += ROWS_AT_ONCE) {
    insertMany(from, Math.min(rows + 1, from + ROWS_AT_ONCE));
  }
  if (withMap)
    database.prepare('INSERT INTO maps (id, info) VALUES (1, ?)').run(JSON.stringify(mapInfo(runId, rows)));
  database.exec('ANALYZE');
  database.pragma('journal_mode = WAL');
  database.close();
  return labelOf;
}

/** A random place in the cloud of a class. */
function placeNear(classIndex: number, random: () => number): [number, number] {
  const [angle, reach] = [2 * Math.PI * random(), 3 * Math.sqrt(random())];
  return [
    4 * Math.cos(classIndex) + reach * Math.cos(angle),
    4 * Math.sin(classIndex) + reach * Math.sin(angle),
  ];
}

const mapInfo = (runId: number, images: number): MapInfo => ({
  runId,
  madeAt: new Date(0).toISOString(),
  images,
  fitted: images,
  anchors: [],
  quality: { before: null, after: null, measuredAt: new Date(0).toISOString(), reviewed: 0 },
});

/** Mulberry32: the same project each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
