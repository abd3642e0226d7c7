/**
 * How fast predictions of a user's own model are imported, and how much memory that takes:
 *
 *     npx node bench/predictions.ts [IMAGES] [EMBEDDING_SIZE]
 *     npx node bench/predictions.ts --scan PREDICTIONS
 *
 * PREDICTIONS is a scan that `python measure.py . --model MODEL --rows N --generate PREDICTIONS` in cluster/ has written.
 * Image names and predictions are generated, there are no image files. Each format is imported in a process of its own
 * into a project of its own; the fit that follows an import is not part of it.
 */
import { fork } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { importPredictions } from '../src/main/predictions/importPredictions.ts';
import { ProjectFile } from '../src/main/project/index.ts';
import { readArguments, readNumber } from './arguments.ts';

const CLASSES = ['neutral', 'happiness', 'surprise', 'sadness', 'anger', 'disgust', 'fear', 'contempt'];
const MEBIBYTE = 2 ** 20;

const nameOf = (image: number) => `${CLASSES[image % CLASSES.length]}/${String(image).padStart(7, '0')}.jpg`;

/** [C] */
function distributionOf(image: number): number[] {
  const second = (image * 7919 + (image % 17)) % CLASSES.length;
  const shares = CLASSES.map((_, c) => (c === image % CLASSES.length || c === second ? 0.41 : 0.03));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}

async function writeCsv(file: string, images: number): Promise<void> {
  const lines = function* () {
    yield `image,${CLASSES.join(',')}\n`;
    for (let image = 0; image < images; image++) {
      const shares = distributionOf(image).map((share) => share.toFixed(6));
      yield `${nameOf(image)},${shares.join(',')}\n`;
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(file));
}

async function writeNpy(file: string, shape: [number, number], rowOf: (image: number) => number[]) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`.padEnd(117);
  const start = Buffer.from(`\x93NUMPY\x01\0\0\0${header}\n`, 'latin1');
  start.writeUInt16LE(118, 8);
  const parts = function* () {
    yield start;
    for (let image = 0; image < shape[0]; image++) yield Buffer.from(new Float32Array(rowOf(image)).buffer);
  };
  await pipeline(Readable.from(parts()), createWriteStream(file));
}

/** A project whose images are listed but not scanned. */
function listImages(path: string, images: number): void {
  const project = ProjectFile.openForWriting(path);
  project.transaction(() => {
    project.dataset.addClasses(CLASSES);
    for (let image = 0; image < images; image++) {
      const facts = { split: null, problem: null, sizeBytes: 1, mtimeMs: 1 };
      const name = nameOf(image);
      project.samples.list({
        ordinal: image,
        image: name,
        path: name,
        givenClass: image % CLASSES.length,
        ...facts,
      });
    }
  });
  project.close();
}

async function measure(file: string, projectFile: string, embeddings: string | undefined): Promise<void> {
  const project = ProjectFile.openForWriting(projectFile);
  const begin = performance.now();
  let checkedMs = 0;
  const { report } = await importPredictions(
    { project, folder: '/nowhere' },
    file,
    embeddings === undefined && statSync(file).isDirectory() ? {} : { classes: CLASSES, embeddings },
    {
      progress: () => {
        checkedMs = performance.now() - begin;
      },
      signal: new AbortController().signal,
    },
  );
  const seconds = (performance.now() - begin) / 1000;
  project.close();
  const measured = {
    images: report.images,
    seconds: seconds.toFixed(1),
    rowsPerSecond: Math.round(report.images / seconds),
    checkingSeconds: (checkedMs / 1000).toFixed(1),
    importingSeconds: (seconds - checkedMs / 1000).toFixed(1),
    processorSeconds: (process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6).toFixed(1),
    peakMebibytes: Math.round((process.resourceUsage().maxRSS * 1024) / MEBIBYTE),
    fileMebibytes: Math.round(statSync(file).size / MEBIBYTE),
    projectMebibytes: Math.round(statSync(projectFile).size / MEBIBYTE),
  };
  console.log(JSON.stringify(measured));
}

async function measureAll(images: number, embeddingSize: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'grefel-bench-'));
  const file = (name: string) => join(folder, name);
  try {
    await writeCsv(file('p.csv'), images);
    await writeNpy(file('p.npy'), [images, CLASSES.length], distributionOf);
    const vector = Array.from({ length: embeddingSize }, (_, at) => Math.sin(at));
    if (embeddingSize > 0) {
      await writeNpy(file('e.npy'), [images, embeddingSize], (image) =>
        vector.map((value) => value + (image % 97) / 97),
      );
    }
    for (const name of ['p.csv', 'p.npy']) {
      const projectFile = file(`${name}.sqlite`);
      listImages(projectFile, images);
      console.log(name, embeddingSize === 0 ? '' : `with embeddings of ${embeddingSize}`);
      await measureInOwnProcess(file(name), projectFile, ...(embeddingSize > 0 ? [file('e.npy')] : []));
      rmSync(projectFile);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureScan(folder: string): Promise<void> {
  const { rows } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { rows: number };
  const projectFolder = mkdtempSync(join(tmpdir(), 'grefel-bench-'));
  const projectFile = join(projectFolder, 'p.sqlite');
  try {
    listImages(projectFile, rows);
    await measureInOwnProcess(folder, projectFile);
  } finally {
    rmSync(projectFolder, { recursive: true, force: true });
  }
}

/** In a separate process, whose memory nothing else has used. */
function measureInOwnProcess(...parts: string[]): Promise<void> {
  return new Promise((resolve) => {
    fork(import.meta.filename, ['--measure', ...parts]).once('exit', () => resolve());
  });
}

const { values, positionals } = readArguments(
  'bench/predictions.ts [IMAGES] [EMBEDDING_SIZE] [--scan PREDICTIONS]',
  { scan: { type: 'string' }, measure: { type: 'string' } },
);
const [first, second] = positionals;
if (values.measure !== undefined) await measure(values.measure, first ?? '', second);
else if (values.scan !== undefined) await measureScan(values.scan);
else await measureAll(readNumber(first ?? '1400000'), readNumber(second ?? '0'));
