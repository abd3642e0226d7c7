/**
 * Images per second of the engine (read, decode, resize, hash, infer, return) next to those of the bare
 * session on inputs in memory. Several models, and each in as many `views` as are named, alternate in one
 * run, so that other work on the machine slows all of them equally. The bare session is one on all cores, and
 * gets each input once. Processor time of the engine is that of its processes and of this one; on Linux only.
 *
 *     npm run bench -- FOLDER_OF_IMAGES [MODEL.onnx ...] [--images 1024] [--threads N] [--views one,unsure,all]
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { IMAGE_VIEWS, type ImageViews } from '../src/domain/model.ts';
import { type Engine, resolveModel, startEngine } from '../src/main/engine/index.ts';
import { loadRuntime } from '../src/main/engine/loadRuntime.ts';
import { openSession } from '../src/main/engine/session.ts';
import { readArguments } from './arguments.ts';

const BATCH = 32;
const IN_FLIGHT = 3;
const ROUNDS = 3;

const { values, positionals } = readArguments(
  'bench/engine.ts FOLDER_OF_IMAGES [MODEL.onnx ...] [--images 1024] [--threads N] [--views one,unsure]',
  {
    images: { type: 'string', default: '1024' },
    threads: { type: 'string' },
    views: { type: 'string', default: 'one' },
  },
);
const [folder, ...modelNames] = positionals as [string, ...string[]];
const threads = values.threads === undefined ? null : Number(values.threads);
const viewsToTry = z.array(z.enum(IMAGE_VIEWS)).parse(values.views.split(','));

const images = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(jpe?g|png|webp|bmp|tiff?)$/i.test(name))
  .slice(0, Number(values.images))
  .map((name, id) => ({ id, path: path.resolve(folder, name) }));
const batches = Array.from({ length: Math.ceil(images.length / BATCH) }, (_, i) =>
  images.slice(i * BATCH, (i + 1) * BATCH),
);

async function openSubject(modelName: string | undefined, views: ImageViews) {
  const { path: modelPath, metadata } = await resolveModel(
    modelName,
    path.join(import.meta.dirname, '../models'),
  );
  const session = await openSession(await loadRuntime(), {
    modelPath,
    metadata,
    provider: 'cpu',
    threads,
    withFeatures: true,
  });
  const engine = await startEngine({
    modelPath,
    provider: 'cpu',
    views,
    withFeatures: true,
    ...(threads === null ? {} : { threads }),
  });
  const rates = {
    bare: [] as number[],
    processor: [] as number[],
    engine: [] as number[],
    engineProcessor: [] as number[],
  };
  return { name: `${path.basename(modelPath)}, views ${views}`, metadata, session, engine, rates };
}
type Subject = Awaited<ReturnType<typeof openSubject>>;

async function imagesPerSecond(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return images.length / ((performance.now() - start) / 1000);
}

async function runBare({ session, metadata }: Subject): Promise<void> {
  const pixels = new Uint8Array(metadata.inputSize ** 2 * 3).fill(127);
  for (const batch of batches) await session.run(batch.map(() => pixels));
}

async function runEngine({ infer }: Pick<Engine, 'infer'>): Promise<void> {
  const left = [...batches];
  const keepBusy = async () => {
    for (let batch = left.shift(); batch; batch = left.shift()) await infer(batch);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, keepBusy));
}

const MS_A_TICK = 10;

/** Milliseconds of processor time of this process and an engine's; 0 if the system does not report it. */
function processorMs({ pid, decoderPids }: Engine): number {
  const { user, system } = process.cpuUsage();
  const others = [pid, ...decoderPids].map((id) => {
    try {
      const [userTicks, systemTicks] = readFileSync(`/proc/${id}/stat`, 'utf8')
        .replace(/.*\) /, '')
        .split(' ')
        .slice(11, 13);
      return (Number(userTicks) + Number(systemTicks)) * MS_A_TICK;
    } catch {
      return 0;
    }
  });
  return others.reduce((sum, ms) => sum + ms, (user + system) / 1000);
}

const subjects: Subject[] = [];
for (const name of modelNames.length === 0 ? [undefined] : modelNames) {
  for (const views of viewsToTry) subjects.push(await openSubject(name, views));
}
for (let round = 0; round <= ROUNDS; round++) {
  for (const subject of subjects) {
    const before = process.cpuUsage();
    const bare = await imagesPerSecond(() => runBare(subject));
    const { user, system } = process.cpuUsage(before);
    const beforeEngine = processorMs(subject.engine);
    const scan = await imagesPerSecond(() => runEngine({ infer: (items) => subject.engine.infer(items) }));
    const engineProcessor = processorMs(subject.engine) - beforeEngine;
    // The first round warms up all.
    if (round > 0) {
      subject.rates.bare.push(bare);
      subject.rates.processor.push((user + system) / 1000 / images.length);
      subject.rates.engine.push(scan);
      subject.rates.engineProcessor.push(engineProcessor / images.length);
    }
  }
}
for (const { engine } of subjects) await engine.close();

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;
console.log(`${images.length} images, median of ${ROUNDS} rounds; against the first one in brackets`);
const first = subjects[0] as Subject;
for (const { name, rates } of subjects) {
  const [bare, processor, scan] = [median(rates.bare), median(rates.processor), median(rates.engine)];
  const engineProcessor = median(rates.engineProcessor);
  const gain = (of: keyof Subject['rates'], value: number) => (value / median(first.rates[of])).toFixed(2);
  console.log(
    `${name}: bare session ${bare.toFixed(1)} images/s (${gain('bare', bare)}), ` +
      `${processor.toFixed(1)} ms of processor an image (${gain('processor', processor)}), ` +
      `engine ${scan.toFixed(1)} images/s (${gain('engine', scan)}; ${(scan / bare).toFixed(3)} of its bare session), ` +
      `${engineProcessor.toFixed(1)} ms (${gain('engineProcessor', engineProcessor)})`,
  );
}
