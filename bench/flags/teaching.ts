/**
 * Whether decisions teach: an annotator who always knows the truth reviews the queue from its top. In one run
 * the order of the first fit is kept; in the other the model is tuned again after every 50
 * decisions, and the rest of the queue is sorted again.
 *
 *   npx node bench/flags/teaching.ts OTHER_FOLDER [--fer FER_FOLDER] [--cache FOLDER] [--only NAME] [--reviews 300] [--every 50]
 *     [--seeds 1,2,3] [--noise symmetric,instance-dependent] [--framed] [--views unsure]
 *
 * With --fer the images of role `dev` are one more dataset: FER2013's own labels, which FER+'s voters know better.
 */
import { z } from 'zod';
import { DEFAULT_VIEWS, IMAGE_VIEWS } from '../../src/domain/model.ts';
import { NOT_DECIDED, SET_ASIDE } from '../../src/main/engine/index.ts';
import { readArguments } from '../arguments.ts';
import { cacheOption } from './cacheOption.ts';
import { shippedModel } from './features.ts';
import { fitProblem } from './fitProblem.ts';
import { OTHER_NOISE, problemOfFaces, readOtherFaces, sampleOf, withNoise } from './otherFaces.ts';
import { type Problem, readFer, realProblem, wrongLabels } from './problems.ts';

const { values, positionals } = readArguments(
  'bench/flags/teaching.ts OTHER_FOLDER [--fer FER_FOLDER] [--cache FOLDER] [--only NAME] [--reviews 300] [--every 50] [--seeds 1] [--noise KINDS] [--framed] [--views unsure]',
  {
    fer: { type: 'string' },
    ...cacheOption,
    only: { type: 'string', default: '' },
    reviews: { type: 'string', default: '300' },
    every: { type: 'string', default: '50' },
    rate: { type: 'string', default: '0.1' },
    seeds: { type: 'string', default: '1' },
    noise: { type: 'string', default: OTHER_NOISE.join(',') },
    framed: { type: 'boolean', default: false },
    views: { type: 'string', default: DEFAULT_VIEWS },
  },
);
const [folder] = positionals as [string];
const [reviews, every, rate] = [Number(values.reviews), Number(values.every), Number(values.rate)];
const seeds = values.seeds.split(',').map(Number);
const kinds = z.array(z.enum(OTHER_NOISE)).parse(values.noise.split(','));
const views = z.enum(IMAGE_VIEWS).parse(values.views);
const model = shippedModel.metadata;

interface Dataset {
  problem: Problem;
  subjects?: readonly number[];
}

console.log('| faces | noise | wrong labels | reviewed | found without teaching | with teaching |');
console.log('| --- | --- | --- | --- | --- | --- |');
if (values.fer !== undefined) {
  const problem = realProblem(await readFer(values.fer, values.cache, views), 'dev');
  await report('FER2013, dev', 'its own labels', [{ problem }]);
}
const sets = await readOtherFaces(folder, values.cache, { only: values.only, framed: values.framed, views });
for (const faces of sets.map(sampleOf)) {
  for (const kind of kinds) {
    const datasets = seeds.map((seed) => ({
      problem: problemOfFaces(faces, withNoise(faces, kind, rate, seed)),
      subjects: faces.subjects,
    }));
    await report(faces.name, `${kind} ${100 * rate} %`, datasets);
  }
}

/** One line for each number of reviewed images: what was found in each dataset. */
async function report(name: string, noise: string, datasets: readonly Dataset[]): Promise<void> {
  const found: { without: number[]; taught: number[] }[] = [];
  for (const dataset of datasets) {
    const first = await queueOf(dataset, new Int16Array(dataset.problem.labels.length).fill(NOT_DECIDED));
    found.push({ without: await review(dataset, first, false), taught: await review(dataset, first, true) });
  }
  const wrong = datasets.map(({ problem }) => wrongLabels(problem).filter(Boolean).length).join(', ');
  const most = Math.min(reviews, datasets[0]?.problem.labels.length ?? 0);
  for (const seen of [100, 300, 1000].filter((count) => count <= most)) {
    const at = (run: 'without' | 'taught') => found.map((runs) => runs[run][seen - 1]).join(', ');
    console.log(`| ${name} | ${noise} | ${wrong} | ${seen} | ${at('without')} | ${at('taught')} |`);
  }
}

/**
 * @param first the queue before any decision
 * @returns [reviews] errors found so far
 */
async function review(dataset: Dataset, first: readonly number[], teaching: boolean): Promise<number[]> {
  const { labels, truths } = dataset.problem;
  const decided = new Int16Array(labels.length).fill(NOT_DECIDED);
  const found: number[] = [];
  let order = first;
  for (let seen = 0; seen < Math.min(reviews, labels.length); seen++) {
    if (teaching && seen > 0 && seen % every === 0) order = await queueOf(dataset, decided);
    const image = order.find((place) => decided[place] === NOT_DECIDED) as number;
    const truth = truths[image] as number;
    // True is a class that no label names: contempt, in FER2013.
    decided[image] = truth < 0 ? SET_ASIDE : truth;
    found.push((found.at(-1) ?? 0) + (labels[image] === truth ? 0 : 1));
  }
  return found;
}

async function queueOf({ problem, subjects }: Dataset, decided: Int16Array): Promise<number[]> {
  const { ranked } = await fitProblem(problem, model, { ...(subjects && { subjects }), decided });
  return [...problem.labels.keys()].sort((a, b) => (ranked.wrong[b] as number) - (ranked.wrong[a] as number));
}
