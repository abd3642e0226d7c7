/**
 * Images per second of the engine (read, decode, resize, hash, infer, hand over) beside those of the bare
 * session on inputs that lie in memory, taken in turns in one run.
 *
 *     npm run bench -- FOLDER_OF_IMAGES [MODEL.onnx] [IMAGES]
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Engine, resolveModel, startEngine } from '../src/main/engine/index.ts';
import { loadRuntime } from '../src/main/engine/loadRuntime.ts';
import { openSession } from '../src/main/engine/session.ts';

const BATCH = 32;
const IN_FLIGHT = 3;
const ROUNDS = 3;

const [folder, modelName, count = '1024'] = process.argv.slice(2);
if (!folder) throw new Error('usage: bench/engine.ts FOLDER_OF_IMAGES [MODEL.onnx] [IMAGES]');

const images = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(jpe?g|png|webp|bmp|tiff?)$/i.test(name))
  .slice(0, Number(count))
  .map((name, id) => ({ id, path: path.resolve(folder, name) }));
const batches = Array.from({ length: Math.ceil(images.length / BATCH) }, (_, i) =>
  images.slice(i * BATCH, (i + 1) * BATCH),
);

const model = await resolveModel(modelName, path.join(import.meta.dirname, '../models'));
const { metadata } = model;
const session = await openSession(await loadRuntime(), {
  modelPath: model.path,
  metadata,
  provider: 'cpu',
  threads: null,
});
const engine = await startEngine({ modelPath: model.path, provider: 'cpu' });

async function imagesPerSecond(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return images.length / ((performance.now() - start) / 1000);
}

async function runBare(): Promise<void> {
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

const rates = { bare: [] as number[], engine: [] as number[] };
for (let round = 0; round <= ROUNDS; round++) {
  const bare = await imagesPerSecond(runBare);
  const scan = await imagesPerSecond(() => runEngine({ infer: (items) => engine.infer(items) }));
  // The first round warms up both.
  if (round > 0) {
    rates.bare.push(bare);
    rates.engine.push(scan);
  }
}
await engine.close();

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const [bare, scan] = [median(rates.bare), median(rates.engine)];
console.log(`${metadata.name} ${metadata.version}, ${images.length} images, median of ${ROUNDS} rounds`);
console.log(`bare session  ${bare.toFixed(1)} images/s`);
console.log(`engine        ${scan.toFixed(1)} images/s   ratio ${(scan / bare).toFixed(3)}`);
