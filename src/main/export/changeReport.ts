import { createHash } from 'node:crypto';
import { escapeMarkup } from '../../domain/escapeMarkup.ts';
import { perCent } from '../../domain/percent.ts';
import { formatCount, plural } from '../../domain/plural.ts';
import { isTestSplit } from '../../domain/splits.ts';
import { parseAnnotators } from '../../domain/votes.ts';
import type { AgreementReport } from '../../labelQuality/agreementReport.ts';
import { DEFAULT_SCORE, scores } from '../../labelQuality/scores/index.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import { datasetName } from '../installation.ts';
import type { Sample } from '../project/index.ts';
import { agreementSection } from './agreementSection.ts';
import { cleanedSamples, isChanged } from './cleanedRows.ts';
import type { ExportStatus } from './cleanLabel.ts';
import { CsvWriter } from './csvWriter.ts';
import { type CleanedRow, csvCells, csvColumns } from './exportColumns.ts';
import { type ExportSource, metadataColumns, titleOf } from './exportSource.ts';
import { htmlTable } from './html.ts';
import { problemsSection } from './problemsSection.ts';
import { REPORT_STYLE } from './reportStyle.ts';
import { seenVotes } from './seenBy.ts';

/** Rows of the list of changes; the CSV has them all. */
const MOST_LISTED = 5000;

interface ReportOptions {
  /** Of this application. */
  version: string;
  /** ISO 8601. */
  madeAt: string;
  /** Null if the viewer may not see others' votes. */
  agreement: AgreementReport | null;
}

interface Tally {
  statuses: Map<ExportStatus, number>;
  annotators: Map<string, number>;
  given: Map<string, number>;
  clean: Map<string, number>;
  /** Images by given and clean label, as `given\0clean`. */
  transitions: Map<string, number>;
  first: string;
  last: string;
  rows: number;
  changes: Change[];
  changed: number;
  /** Of those, in a split that results are reported on. */
  changedInTest: number;
  csvSha256: string;
  givenSha256: string;
}

interface Change {
  row: CleanedRow;
  why: string;
}

/**
 * One self-contained HTML file that lists what a review changed and why: for a paper's appendix or an audit.
 * In chunks.
 */
export async function* changeReport(
  source: ExportSource,
  request: ExportRequest,
  options: ReportOptions,
): AsyncGenerator<string> {
  const tally = await tallyRows(source, request);
  const name = datasetName(source.project.dataset.read()?.folder ?? 'dataset');
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Label changes in ${escapeMarkup(name)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>Label changes in ${escapeMarkup(name)}</h1>
<p>Made by GReFEL Relabel ${escapeMarkup(options.version)} on ${escapeMarkup(utcMinute(options.madeAt))} UTC. ${summaryOf(tally)}</p>
${viewNote(source)}${testSplitNote(tally)}`;
  yield `<h2>Summary</h2>\n${statusTable(tally)}`;
  yield `<h2>Classes before and after</h2>\n${classTable(source, tally)}`;
  yield `<h2>Given label (rows) and clean label (columns)</h2>\n${transitionTable(source, tally)}`;
  yield `<h2>Annotators</h2>\n${annotatorTable(tally)}`;
  if (options.agreement !== null) yield agreementSection(options.agreement);
  yield problemsSection(source.project.samples.problems());
  yield `<h2>Settings</h2>\n${provenanceTable(source, request, tally)}`;
  yield `<h2>Every change</h2>\n`;
  if (tally.changed > tally.changes.length) {
    yield `<p>The first ${formatCount(tally.changes.length)} of ${formatCount(tally.changed)}; the CSV has all of them.</p>\n`;
  }
  yield changesTable(source, tally.changes);
  yield '</main>\n</body>\n</html>\n';
}

export function reportFileName(folder: string): string {
  return `${datasetName(folder)}-changes.html`;
}

async function tallyRows(source: ExportSource, request: ExportRequest): Promise<Tally> {
  const tally: Tally = {
    statuses: new Map(),
    annotators: new Map(),
    given: new Map(),
    clean: new Map(),
    transitions: new Map(),
    first: '',
    last: '',
    rows: 0,
    changes: [],
    changed: 0,
    changedInTest: 0,
    csvSha256: '',
    givenSha256: '',
  };
  const csv = createHash('sha256');
  const given = createHash('sha256');
  const metadataNames = metadataColumns(source);
  const rows = function* () {
    for (const { sample, row, metadata } of cleanedSamples(source, request)) {
      given.update(`${row.image}\t${row.label_given}\n`);
      tallyRow(tally, row);
      if (isChanged(row)) {
        tally.changed++;
        if (isTestSplit(row.split)) tally.changedInTest++;
        if (tally.changes.length < MOST_LISTED)
          tally.changes.push({ row, why: whyChanged(source, sample, row) });
      }
      yield csvCells(row, metadataNames, metadata);
    }
  };
  for await (const chunk of new CsvWriter(csvColumns(metadataNames)).chunks(rows())) csv.update(chunk);
  tally.csvSha256 = csv.digest('hex');
  tally.givenSha256 = given.digest('hex');
  return tally;
}

function tallyRow(tally: Tally, row: CleanedRow): void {
  tally.rows++;
  count(tally.statuses, row.status as ExportStatus);
  count(tally.given, row.label_given);
  if (row.label_clean !== '') count(tally.clean, row.label_clean);
  count(tally.transitions, `${row.label_given}\0${row.label_clean}`);
  for (const name of parseAnnotators(row.annotator)) count(tally.annotators, name);
  if (row.decided_at === '') return;
  if (tally.first === '' || row.decided_at < tally.first) tally.first = row.decided_at;
  if (row.decided_at > tally.last) tally.last = row.decided_at;
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** `2026-01-31 12:00`; the CSV has the seconds. @param time ISO 8601 in UTC, or '' */
const utcMinute = (time: string) => time.slice(0, 16).replace('T', ' ');

/** The annotator's note, and the model's prediction. */
function whyChanged(source: ExportSource, sample: Sample, row: CleanedRow): string {
  const { project, run, seenBy } = source;
  const translator = seenBy?.withoutPredictions ? null : source.translator;
  const history = seenVotes(seenBy, project.verdicts.history(sample.id));
  const latest = new Map(history.map((entry) => [entry.annotator, entry]));
  const notes = [...latest.values()].flatMap(({ verdict, note }) =>
    verdict === 'cleared' || note === '' ? [] : [note],
  );
  const prediction =
    run === null || translator === null ? null : project.predictions.byId(sample.id, run.model);
  const flag = project.flags.byId(sample.id);
  const seen =
    prediction === null || translator === null || flag === null
      ? []
      : [translator.explain(flag, prediction, sample.givenClass, project.flaggedAt)];
  const rule = row.status === 'auto' ? ['accepted automatically'] : [];
  return [...rule, ...notes, ...seen].join('; ');
}

const ALL_OF = new Intl.ListFormat('en');

function viewNote({ seenBy }: ExportSource): string {
  if (seenBy === null || !(seenBy.ownOnly || seenBy.withoutPredictions)) return '';
  const inRound = seenBy.openRound.size > 0 ? ['no decisions on the images of an open blind round'] : [];
  const own = seenBy.ownOnly ? [`only the decisions of ${escapeMarkup(seenBy.annotator)}`] : [];
  const hidden = seenBy.withoutPredictions ? ['no predictions'] : [];
  return `<p><strong>It shows ${ALL_OF.format([...own, ...hidden, ...inRound])}.</strong></p>\n`;
}

function testSplitNote({ changedInTest }: Tally): string {
  if (changedInTest === 0) return '';
  return `<p><strong>${formatCount(changedInTest)} of the changed labels are in a test split, so results on it cannot be compared with results on the given labels.</strong></p>\n`;
}

function summaryOf({ rows, changed, statuses }: Tally): string {
  const reviewed = rows - (statuses.get('unreviewed') ?? 0) - (statuses.get('auto') ?? 0);
  return `Of ${plural(rows, 'row')}, ${formatCount(reviewed)} were reviewed and ${formatCount(changed)} were relabelled or excluded.`;
}

const STATUS_WORDS: Record<ExportStatus, string> = {
  kept: 'kept',
  relabelled: 'relabelled',
  excluded: 'excluded',
  ambiguous: 'ambiguous, given label kept',
  auto: 'suggestion accepted automatically',
  unreviewed: 'not reviewed',
};

function statusTable({ statuses, rows }: Tally): string {
  const share = (images: number) => `${rows === 0 ? 0 : perCent(images / rows)} %`;
  return htmlTable(
    ['status', 'images', 'share'],
    Object.entries(STATUS_WORDS).map(([status, words]) => {
      const images = statuses.get(status as ExportStatus) ?? 0;
      return [words, images, share(images)];
    }),
  );
}

function classTable(source: ExportSource, { given, clean }: Tally): string {
  return htmlTable(
    ['class', 'given', 'clean', 'difference'],
    source.classNames.map((name) => {
      const [before, after] = [given.get(name) ?? 0, clean.get(name) ?? 0];
      return [
        titleOf(source, name),
        before,
        after,
        `${after > before ? '+' : ''}${formatCount(after - before)}`,
      ];
    }),
  );
}

function transitionTable(source: ExportSource, { transitions }: Tally): string {
  const { classNames } = source;
  const columns = [...classNames, ''];
  return htmlTable(
    ['', ...classNames.map((name) => titleOf(source, name)), 'excluded or none'],
    [...classNames, ''].map((given) => [
      given === '' ? 'no label' : titleOf(source, given),
      ...columns.map((clean) => transitions.get(`${given}\0${clean}`) ?? 0),
    ]),
    'matrix',
  );
}

function annotatorTable({ annotators, first, last }: Tally): string {
  if (annotators.size === 0) return '<p>None of these rows has been reviewed yet.</p>\n';
  const rows = [...annotators].map(([name, images]) => [name, images]);
  return `${htmlTable(['annotator', 'images'], rows)}<p>Decided from ${escapeMarkup(utcMinute(first))} to ${escapeMarkup(utcMinute(last))} UTC.</p>\n`;
}

function provenanceTable({ project, run }: ExportSource, request: ExportRequest, tally: Tally): string {
  const recognition = project.dataset.read()?.recognition;
  const rules = {
    keep: 'given label kept',
    drop: 'left out',
    suggestion: `suggestion accepted if the wrong-label probability is ${request.above} or more`,
  };
  const model: [string, string][] =
    run === null
      ? [['Model', 'none: the dataset was not scanned']]
      : run.provider === null
        ? [
            ['Predictions of', run.model.name],
            ['Imported from', run.modelPath],
            ['SHA-256 of that file', run.modelSha256],
            ['Imported on', run.startedAt],
            ['Embedding size', run.model.embeddingSize === 0 ? 'none' : String(run.model.embeddingSize)],
          ]
        : [
            ['Model', `${run.model.name} ${run.model.version}`],
            ['SHA-256 of the model', run.modelSha256],
            ['Run on', run.provider.used.toUpperCase()],
            ['Anchors per class, embedding size', `${run.model.anchorsPerClass}, ${run.model.embeddingSize}`],
          ];
  return htmlTable(
    ['', ''],
    [
      ['Layout', recognition?.title ?? 'unknown'],
      ...model,
      ['Flag score', `${scores[DEFAULT_SCORE].title}: ${scores[DEFAULT_SCORE].reference}`],
      ['Flag threshold', String(project.flaggedAt)],
      ['Rows', { all: 'all', changed: 'changed only', reviewed: 'reviewed only' }[request.what]],
      ['Flagged images that nobody reviewed', rules[request.unreviewed]],
      ['SHA-256 of the cleaned CSV with these settings', tally.csvSha256],
      ['SHA-256 of its lines "image, tab, given label, newline"', tally.givenSha256],
    ],
    'facts',
  );
}

function changesTable(source: ExportSource, changes: readonly Change[]): string {
  if (changes.length === 0) return '<p>No label changed.</p>\n';
  return htmlTable(
    [
      'image',
      'given',
      'clean',
      'status',
      'annotator',
      'decided (UTC)',
      'flag score',
      'notes, and what the model sees',
    ],
    changes.map(({ row, why }) => [
      row.image,
      titleOf(source, row.label_given),
      row.label_clean === '' ? '(none)' : titleOf(source, row.label_clean),
      row.status,
      parseAnnotators(row.annotator).join(', '),
      utcMinute(row.decided_at),
      row.flag_score?.toFixed(4) ?? '',
      why,
    ]),
    'changes',
  );
}
