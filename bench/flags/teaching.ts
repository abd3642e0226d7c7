/**
 * Whether decisions teach: an annotator who always knows the truth reviews the queue from its top. In one run
 * the order stays as the first fit made it; in the other the labels are learned from again after every 50
 * decisions, and the rest of the queue is sorted again.
 *
 *   npx node bench/flags/teaching.ts OTHER_FOLDER [--cache FOLDER] [--only NAME] [--views 300] [--every 50]
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedModel } from './features.ts';
import { fitProblem } from './methods.ts';
import {
  drawnFrom,
  OTHER_NOISE,
  type OtherFaces,
  problemOfFaces,
  readOtherFaces,
  withNoise,
} from './otherFaces.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cache: { type: 'string', default: join(tmpdir(), 'grefel-bench') },
    only: { type: 'string', default: '' },
    views: { type: 'string', default: '300' },
    every: { type: 'string', default: '50' },
    rate: { type: 'string', default: '0.1' },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error(
    'usage: node bench/flags/teaching.ts OTHER_FOLDER [--cache FOLDER] [--only NAME] [--views 300] [--every 50]',
  );
  process.exit(2);
}
const [views, every, rate] = [Number(values.views), Number(values.every), Number(values.rate)];
const model = shippedModel.metadata;
const sets = (await readOtherFaces(folder, values.cache, { only: values.only })).map(drawnFrom);

console.log('| faces | noise | views | errors found without teaching | with teaching |');
console.log('| --- | --- | --- | --- | --- |');
for (const faces of sets.filter(({ name }) => name.includes(values.only))) {
  for (const kind of OTHER_NOISE) {
    const labels = withNoise(faces, kind, rate, 1);
    const [without, taught] = [await review(faces, labels, false), await review(faces, labels, true)];
    for (const seen of [100, 300, 1000].filter((count) => count <= Math.min(views, labels.length))) {
      console.log(
        `| ${faces.name} | ${kind} ${100 * rate} % | ${seen} | ${without[seen - 1]} | ${taught[seen - 1]} |`,
      );
    }
  }
}

/** @returns [views] errors found so far */
async function review(faces: OtherFaces, labels: number[], teaching: boolean): Promise<number[]> {
  const decided = new Int16Array(labels.length).fill(-1);
  const found: number[] = [];
  let order: number[] = [];
  for (let seen = 0; seen < Math.min(views, labels.length); seen++) {
    if (seen === 0 || (teaching && seen % every === 0)) order = await queueOf(faces, labels, decided);
    const image = order.find((place) => decided[place] === -1) as number;
    decided[image] = faces.truths[image] as number;
    found.push((found.at(-1) ?? 0) + (labels[image] === faces.truths[image] ? 0 : 1));
  }
  return found;
}

async function queueOf(faces: OtherFaces, labels: number[], decided: Int16Array): Promise<number[]> {
  const problem = problemOfFaces(faces, labels);
  const { ranked } = await fitProblem(problem, model, { subjects: faces.subjects, decided });
  return [...labels.keys()].sort((a, b) => (ranked.wrong[b] as number) - (ranked.wrong[a] as number));
}
