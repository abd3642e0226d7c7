/**
 * Measures the flag score next to its peers, on the same images and the same probabilities.
 *
 *   npx node bench/flags/run.ts FER_FOLDER [--cache FOLDER] [--seeds 5] [--rounds 300] [--views unsure]
 *
 * FER_FOLDER holds images.zip, labels.csv and splits.csv. Only images of role `test` are used, from which
 * nothing was learned. The model's outputs are kept in the cache, by the model's hash. Ours predicts the
 * images in `views`, peers in one. Writes the table into bench/flags/README.md; with other views than the
 * default it only prints the results.
 */
import { z } from 'zod';
import { DEFAULT_VIEWS, IMAGE_VIEWS } from '../../src/domain/model.ts';
import { readArguments } from '../arguments.ts';
import { cacheOption } from './cacheOption.ts';
import { compare, compareOverall, type Draw, type Row } from './comparison.ts';
import { drawnProblem } from './drawn.ts';
import { fitProblem } from './fitProblem.ts';
import { goalsOf } from './goals.ts';
import { FILTER_IDS, findLabelIssues } from './labelIssueFilters.ts';
import { neighbourRankings, peerRankings } from './peers.ts';
import { injectedProblems, type Problem, readFer, realProblem, wrongLabels } from './problems.ts';
import { type FilterRow, writeReport } from './report.ts';

const { values, positionals } = readArguments(
  'bench/flags/run.ts FER_FOLDER [--cache FOLDER] [--seeds 5] [--rounds 300] [--views unsure]',
  {
    ...cacheOption,
    seeds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '300' },
    views: { type: 'string', default: DEFAULT_VIEWS },
  },
);
const [ferFolder] = positionals as [string];
const rounds = Number(values.rounds);
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => 101 + index);
const BOOTSTRAP_SEED = 1;

const views = z.enum(IMAGE_VIEWS).parse(values.views);
const fer = await readFer(ferFolder, values.cache, views);
const real = realProblem(fer, 'test');

const realDraw = await drawOf(real);
const onRealLabels = {
  all: row('(a) FER2013 labels, all', [realDraw]),
  certain: row('(a) FER2013 labels, certain', [only(realDraw, real.certain)]),
};
const realRows = [onRealLabels.all, onRealLabels.certain];

const injectedRows: Row[] = [];
const byName = Map.groupBy(injectedProblems(fer, 'test', seeds), ({ name }) => name);
for (const [name, problems] of byName) {
  const draws: Draw[] = [];
  for (const problem of problems) draws.push(await drawOf(problem));
  injectedRows.push(row(`(b) ${name}`, draws));
}

const drawn = await drawnProblem(values.cache, views);
const drawnRows = [row('(c) drawn characters', [await drawOf(drawn)])];

const tunedDraw = await drawOfUnknownClasses(real, false);
const guessedDraw = await drawOfUnknownClasses(real, true);
const unknownRows = [
  row('(d) classes A to G, all', [guessedDraw]),
  row('(d) classes A to G, certain', [only(guessedDraw, real.certain)]),
];
const tunedRows = [
  row('(d) the tuned model alone, all', [tunedDraw]),
  row('(d) the tuned model alone, certain', [only(tunedDraw, real.certain)]),
];

const rows = [...realRows, ...injectedRows, ...drawnRows, ...unknownRows, ...tunedRows];
const filters = filterRows();
const report = {
  fer,
  rows,
  overall: {
    '(a)': compareOverall(realRows, 'auprc'),
    '(b)': compareOverall(injectedRows, 'auprc'),
    '(d)': compareOverall(unknownRows, 'auprc'),
  },
  goals: goalsOf({ a: onRealLabels, b: injectedRows, d: unknownRows }),
  filters,
  seeds,
  rounds,
};
if (views === DEFAULT_VIEWS) writeReport(report);
else console.table(report.goals);

function row(name: string, draws: Draw[]): Row {
  const measured = compare(name, draws, rounds, BOOTSTRAP_SEED);
  console.log(
    `${name}: ours ${measured.ours.auprc.toFixed(4)}, best peer ${measured.best.auprc} ${measured.peers.get(measured.best.auprc)?.auprc.toFixed(4)}, calibration ${measured.calibrationError.toFixed(3)}, suggestions ${measured.suggestionAccuracy.toFixed(3)}`,
  );
  return measured;
}

/** Peers get the model's primary and corrected distributions; the better of the two counts. */
async function drawOf(problem: Problem): Promise<Draw> {
  const fitted = await fitProblem(problem, fer.model);
  const ofPeers = await fitProblem(problem, fer.model, { plain: true, withoutTuned: true });
  const { labels, truths, primary, corrected } = problem;
  return {
    wrong: wrongLabels(problem),
    ours: { method: 'ours', values: fitted.ranked.wrong },
    peers: [
      ...peerRankings(labels, primary),
      ...peerRankings(labels, corrected),
      ...neighbourRankings(ofPeers),
    ],
    suggestionRight: truths.map((truth, index) => fitted.ranked.alternative[index] === truth),
  };
}

/**
 * Names without meaning: peers get the predictions of the model tuned to the labels from scratch.
 */
async function drawOfUnknownClasses(problem: Problem, guessed: boolean): Promise<Draw> {
  const fitted = await fitProblem(problem, fer.model, { nameless: true, withoutModel: !guessed });
  const ofPeers = await fitProblem(problem, fer.model, { nameless: true, withoutModel: true, plain: true });
  const classes = problem.classNames.length;
  const tuned = problem.labels.map((_, index) =>
    ofPeers.pooled.distributions.subarray(index * classes, (index + 1) * classes),
  );
  return {
    wrong: wrongLabels(problem),
    ours: { method: 'ours', values: fitted.ranked.wrong },
    peers: [...peerRankings(problem.labels, tuned), ...neighbourRankings(ofPeers)],
    suggestionRight: problem.truths.map((truth, index) => fitted.ranked.alternative[index] === truth),
  };
}

/** A part of a draw's images. */
function only(draw: Draw, kept: readonly boolean[]): Draw {
  const pick = <T>(list: ArrayLike<T>): T[] => Array.from(list).filter((_, index) => kept[index]);
  return {
    wrong: pick(draw.wrong),
    ours: { ...draw.ours, values: pick(draw.ours.values) },
    peers: draw.peers.map((peer) => ({ ...peer, values: pick(peer.values) })),
    suggestionRight: pick(draw.suggestionRight),
  };
}

/** What cleanlab's filters and ours call wrong, on FER2013's labels. */
function filterRows(): FilterRow[] {
  const wrong = wrongLabels(real);
  const data = { labels: real.labels, probabilities: real.corrected, classes: real.classNames.length };
  const rowOf = (name: string, flagged: readonly boolean[]): FilterRow => {
    const hits = flagged.filter((is, index) => is && wrong[index]).length;
    const precision = hits / Math.max(1, flagged.filter(Boolean).length);
    const recall = hits / Math.max(1, wrong.filter(Boolean).length);
    return { name, precision, recall, f1: (2 * precision * recall) / Math.max(1e-9, precision + recall) };
  };
  const ours = Array.from(realDraw.ours.values, (value) => value >= 0.5);
  const overTheMargin = real.corrected.map(
    (row, index) => Math.max(...row) - (row[real.labels[index] as number] as number) > 0.2,
  );
  return [
    rowOf('ours, probability >= 0.5', ours),
    ...FILTER_IDS.map((filter) => rowOf(`cleanlab ${filter}`, findLabelIssues(data, filter))),
    rowOf('SCN, margin > 0.2', overTheMargin),
  ];
}
