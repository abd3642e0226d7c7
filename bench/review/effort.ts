/**
 * What a confirmed error costs: keys of our queue compared with file order and random order.
 *
 *   npx node bench/review/effort.ts FOLDER TRUTH.csv [--data DATA_FOLDER]
 *
 * FOLDER is a dataset that was scanned, TRUTH has `image,label`. Somebody who knows the truth goes through
 * each order and decides on each image with one key: Space if the label is right, Enter if the suggestion is,
 * else the key of the class. Images without a truth are skipped in every order. Seconds are those of the
 * Keystroke-Level Model (S. K. Card, T. P. Moran, A. Newell, Communications of the ACM 23, 1980): M = 1.35 s
 * for deciding, K = 0.2 s a key of a skilled hand. They compare orders; no person was timed.
 */
import { FLAGGED_AT } from '../../src/labelQuality/flagThreshold.ts';
import { drawSample, seededRandom } from '../../src/labelQuality/random.ts';
import { WORTHWHILE_PER_HUNDRED } from '../../src/labelQuality/reviewYield.ts';
import { DEFAULT_SCORE } from '../../src/labelQuality/scores/index.ts';
import { readTruth } from '../../src/main/hosts/cli/truthFile.ts';
import { openProjectForReading } from '../../src/main/open/index.ts';
import { buildQueue, ReviewIndex } from '../../src/main/reviewIndex/index.ts';
import { queueFilterSchema } from '../../src/protocol/queue.ts';
import { readArguments } from '../arguments.ts';

const MIND_S = 1.35;
const KEY_S = 0.2;
const RANDOM_ORDERS = 200;
const SHARES = [0.5, 0.8, 0.9, 1];

const { values, positionals } = readArguments(
  'bench/review/effort.ts FOLDER TRUTH.csv [--data DATA_FOLDER]',
  { data: { type: 'string' } },
);
const [folder, truthFile] = positionals as [string, string];
if (values.data !== undefined) process.env.GREFEL_DATA_DIR = values.data;
const truth = await readTruth(truthFile);
const { project } = openProjectForReading(folder);
const classNames = project.dataset.classes();
const index = ReviewIndex.of(project.samples.indexed(), project.flags.all());
const { rows } = buildQueue(
  index,
  queueFilterSchema.parse({ show: 'all' }),
  DEFAULT_SCORE,
  classNames.length,
);

interface Image {
  wrong: boolean;
  /** The suggestion is the true label, so that Enter sets it. */
  suggestionRight: boolean;
  probability: number;
}
const imageOf = (row: number): Image[] => {
  const { image, given, suggested } = index.item(row, DEFAULT_SCORE);
  const label = truth.get(image);
  if (label === undefined || given === null) return [];
  const name = (index: number | null) => (index === null ? '' : (classNames[index] ?? ''));
  return [
    {
      wrong: name(given) !== label,
      suggestionRight: name(suggested) === label,
      probability: index.scores[DEFAULT_SCORE][row] as number,
    },
  ];
};
const queue = [...rows].flatMap(imageOf);
const files = Array.from({ length: index.size }, (_, row) => row).flatMap(imageOf);
const errors = files.filter(({ wrong }) => wrong).length;
const random = seededRandom(1);
const randomOrders = Array.from({ length: RANDOM_ORDERS }, () =>
  drawSample(Int32Array.from(files.keys()), files.length, random).map((place) => files[place] as Image),
);
project.close();

/** Decisions until a share of the errors is found. */
function decisionsFor(order: readonly Image[], share: number): number {
  const wanted = Math.ceil(share * errors);
  let found = 0;
  for (const [place, { wrong }] of order.entries()) {
    if (wrong && ++found === wanted) return place + 1;
  }
  return order.length;
}
const mean = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

console.log(
  `${files.length} images with a truth, ${errors} wrong labels; one key a decision, KLM ${MIND_S + KEY_S} s each\n`,
);
console.log(
  '| errors found | queue: keys an error | file order | random | queue: s an error | file order | random | fewer keys than random |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const share of SHARES) {
  const found = Math.ceil(share * errors);
  const keys = [
    decisionsFor(queue, share),
    decisionsFor(files, share),
    mean(randomOrders.map((order) => decisionsFor(order, share))),
  ].map((decisions) => decisions / found);
  const cells = [
    `${Math.round(100 * share)} % (${found})`,
    ...keys.map((value) => value.toFixed(2)),
    ...keys.map((value) => (value * (MIND_S + KEY_S)).toFixed(1)),
    `${((keys[2] as number) / (keys[0] as number)).toFixed(1)} times`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

for (const [name, part] of [
  ['flagged', queue.filter(({ probability }) => probability >= FLAGGED_AT)],
  ['until the stop hint', queue.filter(({ probability }) => 100 * probability >= WORTHWHILE_PER_HUNDRED)],
] as const) {
  const wrong = part.filter((image) => image.wrong);
  const byEnter = wrong.filter(({ suggestionRight }) => suggestionRight).length;
  console.log(
    `\n${name}: ${part.length} decisions, ${wrong.length} errors (${((100 * wrong.length) / errors).toFixed(0)} % of all), ` +
      `${(part.length / wrong.length).toFixed(2)} keys an error; Enter alone sets ${byEnter} of them right`,
  );
}
