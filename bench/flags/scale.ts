/**
 * How long a fit takes, and how much memory, on generated embeddings and features of eight clouds, in another domain than the model's.
 *
 *   npx node bench/flags/scale.ts [IMAGES] [EMBEDDING_SIZE] [FEATURES_SIZE]
 */
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../src/labelQuality/random.ts';
import { openDatasetFeatures } from '../../src/main/engine/fit/datasetFeatures.ts';
import { Embeddings } from '../../src/main/engine/fit/embeddings.ts';
import { fitLabels } from '../../src/main/engine/fit/fitLabels.ts';
import { FeatureWriter } from '../../src/main/features/index.ts';
import { readArguments, readNumber } from '../arguments.ts';
import { products } from './fitProblem.ts';

const { positionals } = readArguments('bench/flags/scale.ts [IMAGES] [EMBEDDING_SIZE] [FEATURES_SIZE]', {});
const [images = 30_000, size = 192, featuresSize = 1536] = positionals.map(readNumber);
const CLASSES = 8;
const random = seededRandom(1);
const folder = mkdtempSync(join(tmpdir(), 'grefel-scale-'));
const file = join(folder, 'embeddings.f16');
const labels = new Int16Array(images);
const centres = Array.from({ length: CLASSES }, () => Array.from({ length: size }, () => random() - 0.5));
const out = openSync(file, 'w');
for (let image = 0; image < images; image++) {
  const label = Math.floor(random() * CLASSES);
  labels[image] = random() < 0.1 ? Math.floor(random() * CLASSES) : label;
  writeSync(out, new Float16Array((centres[label] as number[]).map((value) => value + random() - 0.5)));
}

const features = { path: join(folder, 'features'), predictedBy: 'generated', modelSize: featuresSize };
const featureCentres = Array.from({ length: CLASSES }, () =>
  Array.from({ length: featuresSize }, () => random() - 0.5),
);
const writer = FeatureWriter.open(features.path, features);
for (let image = 0; image < images; image++) {
  const centre = featureCentres[labels[image] as number] as number[];
  // Half of them carry nothing: drawing each would take longer than the fit.
  const values = Float32Array.from(centre, (value, at) => (at % 2 === 0 ? value + 4 * (random() - 0.5) : 0));
  writer.write([{ id: image + 1, features: values }]);
}
writer.close();

const uniform = new Float32Array(images * CLASSES).fill(1 / CLASSES);
const start = performance.now();
const embeddings = await Embeddings.read(file, images, size);
const opened = await openDatasetFeatures({
  ...features,
  sampleIds: Int32Array.from({ length: images }, (_, image) => image + 1),
  statistics: null,
});
let last = '';
await fitLabels(
  {
    labels,
    classes: CLASSES,
    model: uniform,
    calibrated: uniform,
    inverseTemperature: 1,
    modelClasses: CLASSES,
    classMap: Array.from({ length: CLASSES }, (_, label) => [label]),
    groups: Int32Array.from({ length: images }, (_, image) => image),
    subjects: new Int32Array(images).fill(-1),
    photographs: new Int32Array(images).fill(-1),
    withTunedModel: true,
    reliance: 'tuned',
    decided: new Int16Array(images).fill(-1),
  },
  embeddings,
  products,
  (share) => {
    const done = `${Math.floor(share * 10) * 10} %`;
    if (done !== last) console.log(done, ((performance.now() - start) / 1000).toFixed(1), 's');
    last = done;
  },
  undefined,
  opened,
);
await opened?.close();
rmSync(folder, { recursive: true });
const { maxRSS } = process.resourceUsage();
console.log(
  `${images} x ${size}: ${((performance.now() - start) / 1000).toFixed(1)} s, ${(process.cpuUsage().user / 1e6).toFixed(1)} CPU-s, at most ${(maxRSS / 1024).toFixed(0)} MB`,
);
